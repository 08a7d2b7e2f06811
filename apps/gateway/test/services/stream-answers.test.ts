/**
 * Streams of answers that are kept already: other work gets its turns in between.
 */
import { expect, test } from "vitest";
import { callDoneTypename, EngineError, type Engine, type TypedValue } from "@signalbox/runtime";
import { streamAnswers } from "../../src/services/calls/stream-answers.ts";

const kinds = { mustBe: () => Promise.resolve() };

const answersOf = (count: number, size: number): Pick<Engine, "answer"> => ({
  answer: (_id, { index = 0 }): Promise<TypedValue> =>
    Promise.resolve(
      index < count ? { typename: "a/b", bytes: new Uint8Array(size) } : { typename: callDoneTypename, bytes: new Uint8Array() },
    ),
});

test.each([
  ["many small ones", 1_000, 1],
  ["few large ones", 10, 20_000],
])("of %s", async (_what, count, size) => {
  let turns = 0;
  let open = true;
  const others = (): void => {
    turns++;
    if (open) setImmediate(others);
  };
  setImmediate(others);
  const engine = answersOf(count, size) as Engine;
  const told: unknown[] = [];
  for await (const one of streamAnswers(engine, { messageId: 1, from: 0, kinds }, new AbortController().signal)) told.push(one);
  open = false;
  expect(told).toHaveLength(count + 1);
  expect(turns).toBeGreaterThanOrEqual(count / 40);
});

test("that ends because the gateway stops says where to continue, and not to send the call again", async () => {
  const stopped = new EngineError("ENGINE_STOPPED", "the engine has stopped", "Send again once it is back.");
  const engine: Pick<Engine, "answer"> = { answer: () => Promise.reject(stopped) };
  const next = streamAnswers(engine as Engine, { messageId: 7, from: 0, kinds }, new AbortController().signal).next();
  await expect(next).rejects.toMatchObject({ code: "ENGINE_STOPPED", cure: expect.stringContaining("/v1/calls/7/answers") });
});
