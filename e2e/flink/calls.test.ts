/**
 * Calls on a real Flink: what a function sends back to its caller is the answer, one and the same for everybody, at once, later and after a
 * repeat, through kill -9 of the gateway between call and answer, and of Flink. Answers are told with a complete checkpoint, so a number
 * that was told is never given again.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Functions, endpointYaml } from "../stack/functions.ts";
import { until } from "../stack/until.ts";
import { FlinkStand, skipped, whyNoFlink } from "./flink-stand.ts";

const calls = 100;

describe.skipIf(whyNoFlink !== undefined)(`calls on Flink${skipped}`, () => {
  let stand: FlinkStand;
  let functions: Functions;
  beforeAll(async () => {
    stand = await FlinkStand.start({ SIGNALBOX_FLINK_PARALLELISM: "2" });
    functions = await Functions.start("e2e/functions/tickets.ts");
    await stand.gateway.api.applyModule("tickets", endpointYaml("tickets/*", functions.url));
  }, 400_000);
  afterAll(async () => {
    await functions?.[Symbol.asyncDispose]();
    await stand?.[Symbol.asyncDispose]();
  });

  function call(
    id: string,
    said: string,
    { key, timeout = "0s", accept = "*/*" }: { key?: string; timeout?: string; accept?: string } = {},
  ) {
    const headers = { "content-type": "text/plain", accept, ...(key === undefined ? {} : { "idempotency-key": key }) };
    const path = `/v1/calls/tickets/desk/${id}?timeout=${timeout}`;
    return fetch(`${stand.gateway.url}${path}`, { method: "POST", body: said, headers });
  }

  /** Sends until the message is accepted; under a key it counts once however often it is sent. */
  async function accepted(id: string, key: string): Promise<number> {
    const answer = await until(
      () =>
        call(id, "draw", { key })
          .then((one) => one.ok && one)
          .catch(() => undefined),
      {
        what: `the call ${key} to be accepted`,
        timeoutMs: 180_000,
        everyMs: 50,
      },
    );
    await answer.text();
    return Number(answer.headers.get("signalbox-message-id"));
  }

  const answerOf = (messageId: number): Promise<string | undefined> =>
    fetch(`${stand.gateway.url}/v1/calls/${messageId}?timeout=20s`)
      .then(async (answer) => (answer.status === 200 ? answer.text() : (await answer.text(), undefined)))
      .catch(() => undefined);

  /** Returns the number that each call was given, asking as often as needed. */
  const numbersOf = (messageIds: readonly number[]): Promise<number[]> =>
    Promise.all(
      messageIds.map(async (messageId) => {
        const what = { what: `the answer of call ${messageId}`, said: () => stand.cluster.output, timeoutMs: 180_000, everyMs: 100 };
        return Number(await until(() => answerOf(messageId), what));
      }),
    );

  it("the first message that the function sends to its caller is the answer, also later and for a repeat", async () => {
    const first = await call("a", "draw", { key: "first", timeout: "60s" });
    expect([first.status, (await first.text()).trim(), first.headers.get("signalbox-typename")]).toEqual([
      200,
      "1",
      "io.statefun.types/int",
    ]);
    const messageId = Number(first.headers.get("signalbox-message-id"));
    const repeat = await call("a", "draw", { key: "first", timeout: "60s" });
    expect([repeat.status, (await repeat.text()).trim(), repeat.headers.get("signalbox-message-id")]).toEqual([
      200,
      "1",
      String(messageId),
    ]);
    expect((await answerOf(messageId))?.trim()).toBe("1");
    const late = await call("a", "draw");
    expect([late.status, late.headers.get("location")]).toEqual([202, `/v1/calls/${late.headers.get("signalbox-message-id")}`]);
    expect(await numbersOf([Number(late.headers.get("signalbox-message-id"))])).toEqual([2]);
    const unknown = await fetch(`${stand.gateway.url}/v1/calls/999999999`);
    expect([unknown.status, await unknown.text()]).toEqual([404, expect.stringContaining("UNKNOWN_CALL")]);
  }, 180_000);

  it("many answers come as a stream that ends, and again for a later caller", async () => {
    const streamed = await call("b", "several", { accept: "text/event-stream" });
    const events = (text: string): string[] => [...text.matchAll(/^event: (\w+)/gm)].map(([, event = ""]) => event);
    const text = await streamed.text();
    expect(events(text)).toEqual(["answer", "answer", "answer", "done"]);
    const again = await fetch(`${stand.gateway.url}${streamed.headers.get("location")}?from=1`, {
      headers: { accept: "text/event-stream" },
    });
    expect(events(await again.text())).toEqual(["answer", "answer", "done"]);
  }, 180_000);

  it("each call has one answer and no two have the same, whichever process is killed between call and answer", async () => {
    const ids = (from: number): string[] => Array.from({ length: calls / 2 }, (_, index) => `k${from + index}`);
    const killed: number[] = [];
    for (const [turn, victim] of [stand.gateway, stand.cluster].entries()) {
      const keys = ids((turn * calls) / 2);
      killed.push(...(await Promise.all(keys.map((key) => accepted("c", key)))));
      // The calls are accepted, and with a checkpoint each half second hardly any is answered yet.
      await victim.kill();
      await victim.start();
    }
    const numbers = await numbersOf(killed);
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: calls }, (_, index) => index + 1));
    const repeated = await Promise.all([...ids(0), ...ids(calls / 2)].map((key) => accepted("c", key)));
    expect(repeated).toEqual(killed);
    expect(await numbersOf(repeated)).toEqual(numbers);
  }, 400_000);
});
