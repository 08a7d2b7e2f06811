/** One message that its function cannot bear, among 10 000 entities: one entity is parked, whatever else was sent is processed. */
import { describe, expect, test } from "vitest";
import { numberValue } from "../functions/slow-adder-values.ts";
import { endpointYaml } from "../stack/functions.ts";
import { Gateway } from "../stack/gateway.ts";
import { until } from "../stack/until.ts";
import { Adder } from "./adder.ts";
import { idOf, Ledger } from "./ledger.ts";
import { publishAll } from "./publish.ts";

const entities = 10_000;
const messagesEach = 3;
const poisoned = 4711;
const poisonedLater = 8;
const type = "overload/adder";

function act(gateway: Gateway, entity: number, verb: "retry" | "discard"): Promise<unknown> {
  return gateway.api.request("POST", `/v1/entities/${type}/${idOf(entity)}:${verb}`);
}

/** The poison is the second of its entity's messages, so one comes before it and one after it. */
async function publishWithPoison(gateway: Gateway, producer: string, poison: number): Promise<void> {
  const messages = Array.from({ length: entities * messagesEach }, (_, number) => {
    const entity = number % entities;
    return { entity, value: numberValue(number, entity === poison && Math.floor(number / entities) === 1) };
  });
  await publishAll(`127.0.0.1:${gateway.grpcPort}`, { producer, type, messages });
}

function note(ledger: Ledger, except?: number): void {
  for (let number = 0; number < entities * messagesEach; number++) if (number !== except) ledger.add(number % entities, number);
}

/**
 * Waits until everything is processed except the two messages that the poison holds back. The status summary may be a moment old, the
 * entity is not.
 */
async function oneIsParked(gateway: Gateway, entity: number): Promise<void> {
  const parked = async () => {
    const view = await gateway.api.entity({ type, id: idOf(entity) });
    const { parked, waiting, inFlight } = await gateway.api.summary();
    return view.status === "parked" && parked === 1 && waiting === 0 && inFlight === 0 && view;
  };
  const { mailboxDepth, failure } = await until(parked, { what: "one parked entity and nothing else that waits", timeoutMs: 30_000 });
  expect(mailboxDepth).toBe(2);
  expect(failure).not.toBeNull();
}

async function noneWaits(gateway: Gateway): Promise<void> {
  const free = async (): Promise<boolean> => {
    const summary = await gateway.api.summary();
    return summary.parked === 0 && summary.waiting === 0 && summary.inFlight === 0;
  };
  await until(free, { what: "the parked entity to go on", timeoutMs: 15_000 });
}

describe("one poison message among 10 000 entities", () => {
  test("parks its entity alone; a retry frees it once the function is mended, and discarding it frees the messages behind it", async () => {
    await using adder = await Adder.start();
    await using gateway = await Gateway.start({ SIGNALBOX_BACKOFF_MAX_MS: "50" });
    await gateway.api.applyModule("overload", endpointYaml("overload/*", adder.url));
    const ledger = new Ledger(type, entities);

    await publishWithPoison(gateway, "first", poisoned);
    note(ledger);
    await oneIsParked(gateway, poisoned);
    const { poisonCalls } = await adder.seen();
    await act(gateway, poisoned, "retry");
    await until(async () => (await adder.seen()).poisonCalls > poisonCalls, { what: "the poison message to be tried again" });
    await oneIsParked(gateway, poisoned);
    await adder.set({ poisonFails: false });
    await act(gateway, poisoned, "retry");
    await noneWaits(gateway);

    await adder.set({ poisonFails: true });
    await publishWithPoison(gateway, "second", poisonedLater);
    note(ledger, entities + poisonedLater);
    await oneIsParked(gateway, poisonedLater);
    await act(gateway, poisonedLater, "discard");
    await noneWaits(gateway);
    const all = 2 * entities * messagesEach - 1;
    expect(await ledger.audit(gateway)).toEqual({ accepted: all, processed: all, wrongEntities: 0, firstWrong: undefined, waiting: 0 });
  }, 90_000);
});
