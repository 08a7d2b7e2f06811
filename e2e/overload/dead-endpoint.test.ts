/** One endpoint is down and 100 000 messages wait for it: the others notice nothing, and it catches up by itself when it is back. */
import { describe, expect, test } from "vitest";
import { numberValue } from "../functions/slow-adder-values.ts";
import { endpointYaml } from "../stack/functions.ts";
import { Gateway } from "../stack/gateway.ts";
import { until } from "../stack/until.ts";
import { Adder } from "./adder.ts";
import { HttpStorm } from "./http-storm.ts";
import { Ledger } from "./ledger.ts";
import { drained } from "./overload-run.ts";
import { publishAll } from "./publish.ts";

const waitingMessages = 100_000;
/** One function type may fill four fifths of this, which is exactly what waits for the dead endpoint. */
const waitingMessagesMax = 125_000;
const deadEntities = 10_000;
const livelyEntities = 500;
/** This is far below what the machine can do, so that a difference comes from the engine and not from the machine. */
const livelyMessagesPerSecond = 250;

/** Sends for two seconds and waits until everything is processed, which would not happen if others held it up. */
async function allServed(gateway: Gateway, lively: Adder, ledger: Ledger): Promise<void> {
  const storm = new HttpStorm();
  const before = (await lively.seen()).messages;
  await storm.run(gateway.url, ledger, { messagesPerSecond: livelyMessagesPerSecond, seconds: 2, entities: livelyEntities });
  const processed = async (): Promise<boolean> => (await lively.seen()).messages - before >= storm.accepted;
  await until(processed, { what: "the lively functions to process what was sent", everyMs: 5, timeoutMs: 60_000 });
  expect(storm.refused).toBe(0);
}

describe("an endpoint that is down while 100 000 messages wait for it", () => {
  test("fills no more than its share, does not hold up the others, and its messages are processed once each when it is back", async () => {
    await using dead = await Adder.down();
    await using lively = await Adder.start();
    await using gateway = await Gateway.start({
      SIGNALBOX_BREAKER_PROBE_MAX_MS: "500",
      SIGNALBOX_WAITING_MESSAGES_MAX: String(waitingMessagesMax),
    });
    await gateway.api.applyModule("dead", endpointYaml("dead/*", dead.url));
    await gateway.api.applyModule("lively", endpointYaml("lively/*", lively.url));
    const deadLedger = new Ledger("dead/adder", deadEntities);
    const livelyLedger = new Ledger("lively/adder", livelyEntities);

    const messages = Array.from({ length: waitingMessages }, (_, number) => ({
      entity: number % deadEntities,
      value: numberValue(number),
    }));
    await publishAll(`127.0.0.1:${gateway.grpcPort}`, { producer: "dead", type: deadLedger.type, messages });
    for (let number = 0; number < waitingMessages; number++) deadLedger.add(number % deadEntities, number);
    expect((await gateway.api.summary()).waiting).toBe(waitingMessages);

    await expect(gateway.api.send({ type: deadLedger.type, id: "one-more" }, "x")).rejects.toMatchObject({ status: 429 });
    await allServed(gateway, lively, livelyLedger);
    expect((await gateway.api.summary()).waiting).toBe(waitingMessages);

    await dead.functions.start();
    await drained(gateway, 120_000);
    expect((await gateway.api.summary()).parked).toBe(0);
    const exact = { accepted: waitingMessages, processed: waitingMessages, wrongEntities: 0, firstWrong: undefined, waiting: 0 };
    expect(await deadLedger.audit(gateway)).toEqual(exact);
    expect(await livelyLedger.audit(gateway)).toMatchObject({ wrongEntities: 0, waiting: 0 });
  }, 240_000);
});
