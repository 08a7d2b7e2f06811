/**
 * A block with many entities has one directory in place of their rows, which histories, the list of entities and trimming do not notice.
 */
import { expect, test } from "vitest";
import { decodeSequence, splitKey, storeKey, tableRange } from "../src/core/store/store-key.ts";
import type { Engine } from "../src/engine.ts";
import type { EngineLimits } from "../src/limits.ts";
import type { InvocationOutcome, InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { JournalRecord } from "@signalbox/runtime/model/journal-record";
import { cart, text } from "./core-samples.ts";
import { completed, EngineHarness } from "./engine-harness.ts";

const entities = 200;
const ids = Array.from({ length: entities }, (_, number) => `id-${String(number).padStart(3, "0")}`);
const none = { mode: "none", afterMs: 0 } as const;
const soon = { mode: "after-write", afterMs: 1_000 } as const;

/** What each message asks for: to keep a value, to keep one for a second, to remove it, or nothing. */
function run({ inputs, state }: InvocationRequest): InvocationOutcome {
  const typename = "io.statefun.types/string";
  if (state.length === 0) {
    const missing = [
      { name: "kept", typename, expiration: none },
      { name: "brief", typename, expiration: soon },
    ];
    return { kind: "reply", reply: { kind: "incomplete", missing } };
  }
  const word = new TextDecoder().decode(inputs[0]?.value.bytes);
  if (word === "remove") return completed({ mutations: [{ kind: "delete", name: "kept" }] });
  if (word !== "kept" && word !== "brief") return completed();
  return completed({ mutations: [{ kind: "modify", name: word, value: text(word) }] });
}

async function opened(limits: Partial<EngineLimits> = {}): Promise<{ harness: EngineHarness; engine: Engine }> {
  const harness = new EngineHarness({ run, limits });
  const engine = await harness.open();
  await harness.run(engine.accept({ target: cart("warm-up"), value: text("kept") }));
  await harness.run(engine.settled());
  return { harness, engine };
}

/** All go in one turn: they are admitted in one epoch, and the calls that they cause end in few epochs. */
async function send(harness: EngineHarness, engine: Engine, words: (index: number) => string): Promise<void> {
  await harness.run(Promise.all(ids.map((id, index) => engine.accept({ target: cart(id), value: text(words(index)) }))));
  await harness.run(engine.settled());
}

async function keysOf(harness: EngineHarness, table: "h" | "d"): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of harness.disk.current().all.scanKeys(tableRange(table))) keys.push(key);
  return keys;
}

async function history(harness: EngineHarness, engine: Engine, id: string, limit = 3): Promise<JournalRecord[]> {
  const found: JournalRecord[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await harness.run(engine.history({ address: cart(id), cursor, limit }));
    found.push(...page.items);
    if (page.cursor === undefined) return found;
    cursor = page.cursor;
  }
}

async function listed(harness: EngineHarness, engine: Engine): Promise<string[]> {
  const page = await harness.run(engine.entities({ type: cart("").type, prefix: "id-", limit: 1000 }));
  return page.items.map(({ address }) => address.id);
}

test("many entities in one block cost one row, and each history holds its own records, newest first", async () => {
  const { harness, engine } = await opened();
  for (let round = 0; round < 5; round++) await send(harness, engine, () => "kept");
  // This record goes in its own epoch, so it has a row in the history.
  await harness.run(engine.accept({ target: cart("id-007"), value: text("kept") }));
  await harness.run(engine.settled());
  expect((await keysOf(harness, "h")).length).toBeLessThan(entities / 2);
  expect((await keysOf(harness, "d")).length).toBeGreaterThan(0);
  for (const id of ["id-000", "id-123", "id-199"]) {
    for (const limit of [1, 3, 100]) expect(await history(harness, engine, id, limit)).toHaveLength(5);
  }
  const records = await history(harness, engine, "id-007", 2);
  expect(records).toHaveLength(6);
  expect(records.every(({ address }) => address.id === "id-007")).toBe(true);
  const sequences = records.map(({ sequence }) => sequence);
  expect(sequences).toEqual(sequences.toSorted((a, b) => b - a));
  expect(await history(harness, engine, "never-seen")).toEqual([]);
});

test("an entity stays listed when it has no state, loses it, or its state expires", async () => {
  const { harness, engine } = await opened();
  const words = ["kept", "brief", "nothing"];
  await send(harness, engine, (index) => words[index % 3] ?? "");
  await send(harness, engine, (index) => (index % 3 === 0 && index % 2 === 0 ? "remove" : "nothing"));
  expect((await keysOf(harness, "d")).length).toBeGreaterThan(0);
  await harness.pass(60_000);
  await harness.run(engine.settled());
  expect(await listed(harness, engine)).toEqual(ids);
  for (const id of ids.slice(0, 6)) expect(await history(harness, engine, id)).toHaveLength(2);
});

test("a trimmed block takes its directory and its rows with it", async () => {
  const { harness, engine } = await opened({ journalBytesMax: 3_000 });
  for (let round = 0; round < 3; round++) await send(harness, engine, (index) => (index % 9 === 0 ? "nothing" : "kept"));
  expect((await keysOf(harness, "d")).length).toBeGreaterThan(5);
  await harness.pass(6_000);
  await harness.run(engine.settled());
  const { all } = harness.disk.current();
  const blocks = [
    ...(await keysOf(harness, "d")).map((key) => decodeSequence(splitKey(key)[1] ?? "")),
    ...(await keysOf(harness, "h")).map((key) => decodeSequence(splitKey(key)[3] ?? "")),
  ];
  for (const block of blocks) expect(all.get(storeKey.journal(block))).toBeDefined();
  expect((await keysOf(harness, "d")).length).toBeLessThan(3);
});
