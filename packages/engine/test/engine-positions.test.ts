/**
 * Positions of producers: the text that says where an ingress continues is kept in the epoch of its messages, through crash, restart and
 * restore. A caller that waits for an outbox is answered once its records are durable.
 */
import { expect, test } from "vitest";
import type { EngineChange } from "../src/engine.ts";
import type { EmbeddedEngine } from "../src/runtime/embedded-engine.ts";
import { text } from "./core-samples.ts";
import { completed, counting, EngineHarness } from "./engine-harness.ts";

const target = { type: "shop/cart", id: "anna" };

function batch(previousSequence: number, values: readonly string[], position: string) {
  const messages = values.map((value, index) => ({
    sequence: previousSequence + index + 1,
    message: { target, value: text(value) },
  }));
  const sequence = previousSequence + Math.max(1, values.length);
  return { producer: "shop/in", previousSequence, messages, position: { sequence, text: position } };
}

async function seen(harness: EngineHarness, engine: EmbeddedEngine): Promise<string> {
  await harness.run(engine.settled());
  const entity = await harness.run(engine.entity(target));
  const bytes = entity?.state.find(({ spec }) => spec?.name === "value")?.value?.bytes;
  return bytes === undefined ? "" : Buffer.from(bytes).toString();
}

test("a position and the messages that led to it are durable together, also through a crash", async () => {
  const harness = new EngineHarness({ run: counting });
  const engine = await harness.open();
  expect(await harness.run(engine.producerPosition("shop/in"))).toBeUndefined();
  await harness.run(engine.acceptBatch(batch(0, ["a", "b"], "topic/0 @ 2")));
  const lost = engine.acceptBatch(batch(2, ["c"], "topic/0 @ 3"));
  lost.catch(() => undefined);
  harness.crash();
  const next = await harness.open();
  const position = await harness.run(next.producerPosition("shop/in"));
  const count = Number(await seen(harness, next));
  // The last batch was under way, so all of it counts, or none of it.
  expect([position, count]).toEqual(count === 3 ? [{ sequence: 3, text: "topic/0 @ 3" }, 3] : [{ sequence: 2, text: "topic/0 @ 2" }, 2]);
});

test("a position can move without a message, and a batch that does not follow the position in force is refused whole", async () => {
  const harness = new EngineHarness({ run: counting });
  const engine = await harness.open();
  await harness.run(engine.acceptBatch(batch(0, ["a"], "1")));
  expect(await harness.run(engine.acceptBatch(batch(1, [], "9")))).toMatchObject({ durableSequence: 2 });
  expect(await harness.run(engine.producerPosition("shop/in"))).toEqual({ sequence: 2, text: "9" });
  for (const previous of [0, 1, 3])
    await expect(harness.run(engine.acceptBatch(batch(previous, ["b"], "10")))).rejects.toMatchObject({ code: "SEQUENCE_GAP" });
  expect(await seen(harness, engine)).toBe("1");
});

test("a restore puts the savepoint's position in force and says so; a batch that follows the other position is refused", async () => {
  const harness = new EngineHarness({ run: counting });
  const engine = await harness.open();
  await harness.run(engine.acceptBatch(batch(0, ["a"], "1")));
  await harness.run(engine.takeSavepoint("one"));
  await harness.run(engine.acceptBatch(batch(1, ["b"], "2")));
  const told: EngineChange[] = [];
  const stop = engine.onChange((change) => told.push(change));
  await harness.run(engine.restoreSavepoint("one"));
  expect(told.filter(({ kind }) => kind === "restored")).toHaveLength(1);
  expect(await harness.run(engine.producerPosition("shop/in"))).toEqual({ sequence: 1, text: "1" });
  await expect(harness.run(engine.acceptBatch(batch(2, ["c"], "3")))).rejects.toMatchObject({ code: "SEQUENCE_GAP" });
  stop();
  await harness.run(engine.restoreSavepoint("one"));
  expect(told.filter(({ kind }) => kind === "restored")).toHaveLength(1);
});

test("an egress' records are readable once it is told that they are durable, and not before", async () => {
  const harness = new EngineHarness({ run: () => completed({ egress: [{ egress: "shop/out", value: text("sold") }] }) });
  const engine = await harness.open();
  const found: Promise<number>[] = [];
  engine.onChange((change) => {
    if (change.kind !== "egress-records" || change.egress !== "shop/out") return;
    found.push(engine.egressRecords({ egress: "shop/out", limit: 10 }).then((records) => records.length));
  });
  await harness.run(engine.accept({ target, value: text("a") }));
  await harness.run(engine.settled());
  expect(await harness.run(Promise.all(found))).toEqual([1]);
});
