/**
 * The messages that waited for an entity at a moment, and its delayed ones, are computed from later records: consumed, discarded, replaced,
 * or still there.
 */
import { expect, test } from "vitest";
import type { WaitingAsOf } from "@signalbox/runtime";
import type { Engine } from "../src/engine.ts";
import { cart, modify, sendAfter, text, textOf, valueSpec } from "./core-samples.ts";
import { completed, EngineHarness } from "./engine-harness.ts";

async function opened(): Promise<{ harness: EngineHarness; engine: Engine }> {
  const harness = new EngineHarness({
    run: ({ inputs, state }) => {
      if (state.length === 0) return { kind: "reply", reply: { kind: "incomplete", missing: [valueSpec] } };
      const word = textOf(inputs[0]?.value) ?? "";
      if (word === "set") return completed({ delayed: [sendAfter(cart("later"), 50_000, { value: "alarm", token: "t" })] });
      if (word === "cancel") return completed({ delayed: [{ kind: "cancel", cancellationToken: "t" }] });
      return completed({ mutations: [modify(word)] });
    },
    limits: { batchMessagesMax: 1 },
  });
  const engine = await harness.open();
  return { harness, engine };
}

async function tell(harness: EngineHarness, engine: Engine, ...words: string[]): Promise<void> {
  for (const word of words) await harness.run(engine.accept({ target: cart("anna"), value: text(word) }));
  await harness.run(engine.settled());
}

async function newest(harness: EngineHarness, engine: Engine): Promise<number> {
  return (await harness.run(engine.history({ address: cart("anna"), limit: 1 }))).items[0]?.sequence ?? 0;
}

async function waitingAt(harness: EngineHarness, engine: Engine, sequence: number): Promise<WaitingAsOf> {
  const moment = { kind: "sequence", sequence } as const;
  const found = await harness.run(engine.stateAsOf({ address: cart("anna"), moment, recordsMax: 100, waitingMax: 100 }));
  if (found.kind !== "known" || found.waiting === undefined) throw new Error(`not known: ${found.kind}`);
  return found.waiting;
}

const wordsOf = ({ messages }: WaitingAsOf): (string | undefined)[] =>
  messages.map(({ value }) => (value.bytes === undefined ? undefined : new TextDecoder().decode(value.bytes)));

test("messages that waited then are known from those consumed since, those a person discarded or replaced, and those that still wait", async () => {
  const { harness, engine } = await opened();
  await tell(harness, engine, "first");
  await harness.run(engine.act({ kind: "one", address: cart("anna") }, { kind: "pause" }));
  await tell(harness, engine, "thrown away", "replaced", "kept");
  // An act is a record; the moment is the one at which three messages waited.
  await harness.run(engine.act({ kind: "one", address: cart("anna") }, { kind: "resume" }));
  const paused = (await harness.run(engine.history({ address: cart("anna"), limit: 100 }))).items;
  expect(paused.length).toBeGreaterThan(3);
  const resumed = paused.find(({ outcome }) => outcome.kind === "act" && outcome.act === "resume")?.sequence ?? 0;
  const waiting = await waitingAt(harness, engine, resumed);
  expect(wordsOf(waiting)).toEqual(["thrown away", "replaced", "kept"]);
  expect(waiting).toMatchObject({ messagesTotal: 3, discardedSince: [], editedSince: [], unlisted: 0, complete: true });
  expect(wordsOf(await waitingAt(harness, engine, await newest(harness, engine)))).toEqual([]);
});

test("a message that was discarded since is named without its value, and a replaced value is not shown as the earlier one", async () => {
  const { harness, engine } = await opened();
  await tell(harness, engine, "first");
  await harness.run(engine.act({ kind: "one", address: cart("anna") }, { kind: "pause" }));
  await tell(harness, engine, "thrown away", "replaced", "kept");
  await harness.run(engine.editState(cart("anna"), [{ name: valueSpec.name, value: text("by hand") }]));
  const moment = await newest(harness, engine);
  await harness.run(engine.act({ kind: "one", address: cart("anna") }, { kind: "discard-head" }));
  await harness.run(engine.act({ kind: "one", address: cart("anna") }, { kind: "edit-head", value: text("other") }));
  const still = await waitingAt(harness, engine, moment);
  expect(wordsOf(still)).toEqual([undefined, "kept"]);
  expect(still.discardedSince[0]?.detail).toContain("11 bytes");
  expect(still.editedSince).toEqual([still.messages[0]?.sequence]);
  await harness.run(engine.act({ kind: "one", address: cart("anna") }, { kind: "resume" }));
  await harness.run(engine.settled());
  expect(await waitingAt(harness, engine, moment)).toMatchObject({ messagesTotal: 2, editedSince: still.editedSince, complete: true });
});

test("delayed messages of then are shown until they are cancelled or due", async () => {
  const { harness, engine } = await opened();
  await tell(harness, engine, "first");
  const before = await newest(harness, engine);
  await tell(harness, engine, "set");
  const set = await newest(harness, engine);
  expect((await waitingAt(harness, engine, set)).timers).toMatchObject([{ evidence: "present", cancellationToken: "t", setBy: set }]);
  await tell(harness, engine, "cancel");
  expect((await waitingAt(harness, engine, before)).timers).toEqual([]);
  expect((await waitingAt(harness, engine, set)).timers).toMatchObject([{ evidence: "due-later" }]);
  expect((await waitingAt(harness, engine, await newest(harness, engine))).timers).toEqual([]);
  await tell(harness, engine, "set");
  const again = await newest(harness, engine);
  await harness.pass(60_000);
  await tell(harness, engine, "last");
  expect((await waitingAt(harness, engine, again)).timers).toMatchObject([{ evidence: "due-later", setBy: again }]);
  expect((await waitingAt(harness, engine, await newest(harness, engine))).timers).toEqual([]);
});

test("after an erasure of the entity the answer does not claim to be complete", async () => {
  const { harness, engine } = await opened();
  await tell(harness, engine, "first");
  await harness.run(engine.act({ kind: "one", address: cart("anna") }, { kind: "pause" }));
  await tell(harness, engine, "erased while it waits");
  const moment = await newest(harness, engine);
  await harness.pass(1_000);
  expect(await waitingAt(harness, engine, moment)).toMatchObject({ complete: true });
  await harness.run(engine.erase({ id: "e1", targets: [cart("anna")] }));
  expect(await waitingAt(harness, engine, moment)).toMatchObject({ messages: [], complete: false });
  await tell(harness, engine, "afterwards");
  expect(await waitingAt(harness, engine, await newest(harness, engine))).toMatchObject({ messages: [], complete: true });
});
