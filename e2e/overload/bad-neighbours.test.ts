/** Eight entities whose function throws and one message that ends its process, among 200 good ones at one endpoint: real processes. */
import { describe, expect, test } from "vitest";
import { endpointYaml, Functions } from "../stack/functions.ts";
import { Gateway } from "../stack/gateway.ts";
import { until } from "../stack/until.ts";

const type = "neighbours/counter";
const throwers = Array.from({ length: 8 }, (_, number) => `throws-${number}`);
const killer = "kills-0";
const good = Array.from({ length: 200 }, (_, number) => `good-${number}`);

describe("bad neighbours at one endpoint", () => {
  test("are parked, each for its own fault; the good ones are all served, once, and no other is parked", async () => {
    await using functions = await Functions.start("e2e/functions/bad-neighbours.ts");
    await using gateway = await Gateway.start({ SIGNALBOX_BACKOFF_MAX_MS: "200" });
    await gateway.api.applyModule("neighbours", endpointYaml("neighbours/*", functions.url));
    const send = (ids: readonly string[]): Promise<unknown> => Promise.all(ids.map((id) => gateway.api.send({ type, id }, "x")));

    await send(throwers);
    await send([...good.slice(0, 100), killer, ...good.slice(100)]);
    const onlyBadWait = async (): Promise<boolean> => {
      const summary = await gateway.api.summary();
      return summary.waiting === 0 && summary.parked === throwers.length + 1 && summary.inFlight === 0;
    };
    await until(onlyBadWait, { what: "the good ones to be served and the bad ones to be parked", timeoutMs: 120_000 });

    for (const id of throwers) {
      const { status, failure, mailboxDepth } = await gateway.api.entity({ type, id });
      expect({ id, status, code: failure?.code, mailboxDepth }).toEqual({ id, status: "parked", code: "ENDPOINT_ERROR", mailboxDepth: 1 });
    }
    const { status, failure, mailboxDepth } = await gateway.api.entity({ type, id: killer });
    expect({ status, code: failure?.code, mailboxDepth }).toEqual({ status: "parked", code: "PROCESS_KILLER", mailboxDepth: 1 });
    for (const id of good) {
      const { state } = await gateway.api.entity({ type, id });
      expect({ id, count: Buffer.from(state[0]?.bytes ?? "", "base64") }).toEqual({ id, count: Buffer.from([1, 0, 0, 0]) });
    }
  }, 180_000);
});
