/**
 * The journal says which message of a batch caused which output: exactly where the function names it, and marked as guessed where it does
 * not.
 */
import { expect, test } from "vitest";
import { noEffects, type Causes, type Effects } from "@signalbox/runtime/model/effects";
import { isGuessed } from "@signalbox/runtime/model/journal-record";
import { cart, sendAfter, sendTo, stock, text, textOf } from "./core-samples.ts";
import { completed, EngineHarness } from "./engine-harness.ts";

const outputs: Partial<Effects> = {
  messages: [sendTo(stock("a"), "x"), sendTo(stock("b"), "y")],
  delayed: [sendAfter(stock("c"), 10)],
  egress: [{ egress: "shop/out", value: text("out") }],
};

/** Sends three messages from outside in one batch, whose outputs have these causes. */
async function batch(causes: Causes | undefined) {
  const harness = new EngineHarness({
    run: async ({ target, inputs }, scheduler) => {
      // The first goes alone; the others wait behind it and are one batch.
      if (textOf(inputs[0]?.value) === "hold") await scheduler.wait(100, "hold");
      else if (target.type === "shop/cart")
        return { kind: "reply", reply: { kind: "completed", effects: { ...noEffects, ...outputs, causes } } };
      return completed();
    },
  });
  const engine = await harness.open();
  const accepted = await harness.run(
    Promise.all(["hold", "1", "2", "3"].map((value) => engine.accept({ target: cart("anna"), value: text(value) }))),
  );
  await harness.until(() => engine.status().delayedMessages === 0 && engine.status().waitingMessages === 0);
  await harness.run(engine.settled());
  const [record] = (await harness.run(engine.history({ address: cart("anna"), limit: 10 }))).items;
  if (record === undefined || record.messagesTotal !== 3) throw new Error("the three messages were not one batch");
  const traces = accepted.slice(1).map(({ traceId }) => traceId);
  const reached = await Promise.all(
    traces.map(async (trace) => {
      const { records, complete } = await harness.run(engine.trace(trace, { recordsMax: 10 }));
      return { complete, ids: records.map(({ address }) => address.id).filter((id) => id !== "anna") };
    }),
  );
  return { record, traces, reached };
}

test("a trace holds the outputs of its own message when the function names their cause", async () => {
  const { record, traces, reached } = await batch({ messages: [2, 0], delayed: [1], egress: [2] });
  expect(record.causes).toEqual({ sent: [2, 0], delayed: [1], egress: [2] });
  expect(isGuessed(record)).toBe(false);
  expect(record.sent.map(({ trace }) => trace)).toEqual([traces[2], traces[0]]);
  expect(reached).toEqual([
    { complete: true, ids: ["b"] },
    { complete: true, ids: ["c"] },
    { complete: true, ids: ["a"] },
  ]);
});

test("a batch without named causes is marked as guessed, and belongs to the trace of its first message", async () => {
  const { record, reached } = await batch(undefined);
  expect(record).not.toHaveProperty("causes");
  expect(isGuessed(record)).toBe(true);
  expect(reached.map(({ ids }) => ids)).toEqual([["a", "b", "c"], [], []]);
});

test.each<[string, Causes]>([
  ["an input that is not there", { messages: [3, 0], delayed: [0], egress: [0] }],
  ["fewer outputs than there are", { messages: [0], delayed: [0], egress: [0] }],
])("causes that name %s are ignored, and no output is lost for them", async (_name, causes) => {
  const { record } = await batch(causes);
  expect(isGuessed(record)).toBe(true);
  expect(record.sent).toHaveLength(2);
});
