/**
 * The simulator: cars that drive around and say where they are, people who want to go somewhere; more of them in rush hours, which come
 * every two minutes. Neighbours: start.ts and demo.ts say where its messages go. What is refused is left out; the next one comes soon.
 */
import { message, type OutgoingMessage } from "@signalbox/functions";
import { Location, Request } from "./messages.ts";
import { cells, drivers, neighbours, passengers } from "./town.ts";

export interface SimulatorOptions {
  readonly send: (message: OutgoingMessage) => Promise<unknown> | void;
  readonly signal: AbortSignal;
  readonly stepMs?: number;
}

const stepMsDefault = 125;
const rushPeriodMs = 120_000;
const requestShare = { quiet: 0.18, rush: 0.42 } as const;

/** Ends with the signal. */
export function startSimulator({ send, signal, stepMs = stepMsDefault }: SimulatorOptions): void {
  const places = new Map(drivers.map((driver) => [driver, pick(cells)]));
  const drive = (driver: string, cell: string): void => {
    places.set(driver, cell);
    attempt(() => send(message({ type: "taxi/driver", id: driver }, Location, { cell })));
  };
  const ask = (): void => {
    const request = { from: pick(cells), to: pick(cells) };
    attempt(() => send(message({ type: "taxi/passenger", id: pick(passengers) }, Request, request)));
  };
  for (const [driver, cell] of places) drive(driver, cell);
  const startedMs = performance.now();
  const timer = setInterval(() => {
    const rush = (1 - Math.cos(((performance.now() - startedMs) / rushPeriodMs) * 2 * Math.PI)) / 2;
    if (Math.random() < requestShare.quiet + rush * (requestShare.rush - requestShare.quiet)) return ask();
    const driver = pick(drivers);
    drive(driver, pick(neighbours(places.get(driver) ?? pick(cells))));
  }, stepMs);
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
}

function attempt(send: () => Promise<unknown> | void): void {
  void Promise.resolve()
    .then(send)
    .catch(() => undefined);
}

function pick<Item>(from: readonly Item[]): Item {
  const chosen = from[Math.floor(Math.random() * from.length)];
  if (chosen === undefined) throw new Error("nothing to pick from");
  return chosen;
}
