/**
 * Traffic: the customers of the demo's shop, about 12 messages a second in all, some with a basket that nobody pays for, and every
 * minute or so one with a broken message. It also fetches the receipts, so that the egress of a demo left running stays small.
 */
import type { Engine } from "@signalbox/runtime";
import type { IngressPort } from "../../flow/ingress-port.ts";
import { shopItems } from "./functions/shop.ts";

const stepMs = 180;
const receiptsKept = 50;
const receiptsEverySteps = 40;
const brokenEverySteps = 400;
const customers = ["ada", "bela", "chen", "dora", "emil", "fatma", "goran", "hana", "ines", "juno", "kofi", "lena"];
const brokenCustomers = ["mira", "nils", "olga"];

export interface TrafficOptions {
  readonly engine: Engine;
  readonly ingress: IngressPort;
  readonly signal: AbortSignal;
}

/** Ends with the signal. A refused message is left out; the next one comes soon. */
export function startTraffic(options: TrafficOptions): void {
  let step = 0;
  const timer = setInterval(() => {
    step += 1;
    runStep(options, step).catch(() => undefined);
  }, stepMs);
  options.signal.addEventListener("abort", () => clearInterval(timer), { once: true });
}

async function runStep({ engine, ingress }: TrafficOptions, step: number): Promise<void> {
  if (step % receiptsEverySteps === 0) await fetchReceipts(engine);
  if (step % brokenEverySteps === 60) {
    await send(ingress, pick(brokenCustomers), { typename: "shop/AddItem", value: { item: "teapot", quantity: "two" } });
    return;
  }
  const customer = pick(customers);
  if (Math.random() < 0.22) await send(ingress, customer, { typename: "shop/Checkout", value: {} });
  else
    await send(ingress, customer, {
      typename: "shop/AddItem",
      value: { item: pick(shopItems), quantity: 1 + Math.floor(Math.random() * 3) },
    });
}

async function send(ingress: IngressPort, id: string, message: { typename: string; value: unknown }): Promise<void> {
  const bytes = Buffer.from(JSON.stringify(message.value));
  await ingress.accept({ target: { type: "shop/cart", id }, value: { typename: message.typename, bytes } });
}

async function fetchReceipts(engine: Engine): Promise<void> {
  const records = await engine.egressRecords({ egress: "demo/receipts", limit: 1_000 });
  const through = records.at(-receiptsKept - 1)?.sequence;
  if (through !== undefined) await engine.egressAcknowledge("demo/receipts", through);
}

function pick<T>(from: readonly T[]): T {
  const chosen = from[Math.floor(Math.random() * from.length)];
  if (chosen === undefined) throw new Error("nothing to pick from");
  return chosen;
}
