/**
 * Directories of many blocks become one segment: histories and reads of the past do not notice it, and read a few rows however long the
 * journal is.
 */
import { expect, test } from "vitest";
import { hashOfKeyPart, mayTellOf } from "../src/core/journal/journal-block.ts";
import { placeInSegments, segmentOf } from "../src/core/journal/journal-segment.ts";
import { placesIn } from "../src/core/journal/segment-codec.ts";
import { BytesWriter, RecordError } from "../src/core/store/bytes-writer.ts";
import { encodeRecord } from "../src/core/store/store-record.ts";
import { decodeSequence, splitKey, storeKey, tableRange, type KeyTable } from "../src/core/store/store-key.ts";
import type { Engine } from "../src/engine.ts";
import type { EngineLimits } from "../src/limits.ts";
import type { JournalRecord } from "@signalbox/runtime/model/journal-record";
import { readHistory } from "../src/runtime/reads/journal-queries.ts";
import { readStateAsOf } from "../src/runtime/reads/past-queries.ts";
import { cart, modify, text, valueSpec } from "./core-samples.ts";
import { completed, EngineHarness } from "./engine-harness.ts";
import { CountedStore } from "../src/testing/counted-store.ts";

const entities = 128;
const ids = Array.from({ length: entities }, (_, number) => `id-${String(number).padStart(3, "0")}`);

async function opened(limits: Partial<EngineLimits> = {}): Promise<{ harness: EngineHarness; engine: Engine }> {
  const harness = new EngineHarness({
    run: ({ inputs, state }) =>
      state.length === 0
        ? { kind: "reply", reply: { kind: "incomplete", missing: [valueSpec] } }
        : completed({ mutations: [modify(new TextDecoder().decode(inputs[0]?.value.bytes))] }),
    limits: { journalSegmentBlocks: 4, ...limits },
  });
  return { harness, engine: await harness.open() };
}

/** All go in one turn: they are admitted in one epoch, and the calls that they cause end in few epochs. */
async function send(harness: EngineHarness, engine: Engine, word: string): Promise<void> {
  await harness.run(Promise.all(ids.map((id) => engine.accept({ target: cart(id), value: text(word) }))));
  await harness.run(engine.settled());
}

async function roundOfTheHousekeeper(harness: EngineHarness, engine: Engine): Promise<void> {
  await harness.pass(6_000);
  await harness.run(engine.settled());
}

async function keysOf(harness: EngineHarness, table: KeyTable): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of harness.disk.current().all.scanKeys(tableRange(table))) keys.push(key);
  return keys;
}

function rowsOf(harness: EngineHarness): CountedStore {
  return new CountedStore(harness.disk.current().all);
}

async function history(store: CountedStore, id: string, limit: number): Promise<JournalRecord[]> {
  const found: JournalRecord[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await readHistory(store, { address: cart(id), cursor, limit });
    found.push(...page.items);
    if (page.cursor === undefined) return found;
    cursor = page.cursor;
  }
}

function valueAt(store: CountedStore, id: string, sequence: number): Promise<string | undefined> {
  const query = {
    address: cart(id),
    moment: { kind: "sequence", sequence },
    recordsMax: 100,
    nowMs: 0,
    expiring: [],
    inOrder: true,
  } as const;
  return readStateAsOf(store, query).then((found) => {
    const bytes = found.kind === "known" ? found.values[0]?.value?.bytes : undefined;
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  });
}

test("histories and states of the past are the same before and after their directories became segments, and after a restart", async () => {
  const { harness, engine } = await opened();
  for (let round = 0; round < 6; round++) await send(harness, engine, `word ${round}`);
  const before = await history(rowsOf(harness), "id-077", 100);
  expect(before).toHaveLength(6);
  expect(await keysOf(harness, "l")).toEqual([]);
  const moments = before.map(({ sequence }) => sequence);

  await roundOfTheHousekeeper(harness, engine);
  expect((await keysOf(harness, "l")).length).toBeGreaterThan(1);
  expect((await keysOf(harness, "d")).length).toBeLessThan(4);
  await send(harness, engine, "word 6");
  const all = rowsOf(harness);
  for (const limit of [1, 2, 3, 100]) expect((await history(all, "id-077", limit)).slice(1)).toEqual(before);
  for (const [place, sequence] of moments.entries()) {
    expect(await valueAt(all, "id-077", sequence)).toBe(`word ${5 - place}`);
    expect(await valueAt(all, "id-077", sequence - 1)).toBe(place === 5 ? undefined : `word ${4 - place}`);
  }
  expect(await history(all, "never-seen", 3)).toEqual([]);

  await harness.run(engine.stop());
  const again = await harness.open();
  await send(harness, again, "word 7");
  await roundOfTheHousekeeper(harness, again);
  expect(await history(rowsOf(harness), "id-077", 3)).toHaveLength(8);
});

test("a segment is removed with its last block, and takes all its rows with it", async () => {
  const { harness, engine } = await opened({ journalBytesMax: 60_000 });
  for (let round = 0; round < 3; round++) await send(harness, engine, "word");
  await roundOfTheHousekeeper(harness, engine);
  const first = (await keysOf(harness, "l"))[0];
  expect(first).toBeDefined();
  for (let round = 0; round < 9; round++) await send(harness, engine, "word");
  await roundOfTheHousekeeper(harness, engine);
  await roundOfTheHousekeeper(harness, engine);
  const { all } = harness.disk.current();
  const segments = new Set((await keysOf(harness, "l")).map((key) => decodeSequence(splitKey(key)[1] ?? "")));
  expect(await keysOf(harness, "l")).not.toContain(first);
  for (const last of segments) expect(all.get(storeKey.journal(last))).toBeDefined();
  for (const key of await keysOf(harness, "q")) expect(segments).toContain(decodeSequence(splitKey(key)[2] ?? ""));
});

test("an entity's past reads a row for each segment, the rows of its own records, and the directories that are in no segment yet", async () => {
  const { harness, engine } = await opened({ journalSegmentBlocks: 16 });
  for (let round = 0; round < 40; round++) await send(harness, engine, `word ${round}`);
  await roundOfTheHousekeeper(harness, engine);
  const blocks = (await keysOf(harness, "j")).length;
  const segments = (await keysOf(harness, "l")).length;
  expect(blocks).toBeGreaterThan(75);
  expect(segments).toBeGreaterThan(3);
  const counted = rowsOf(harness);
  // This is an entity that comes last: its 40 records are in 40 blocks.
  expect(await history(counted, "id-000", 3)).toHaveLength(40);
  counted.take();
  const page = await readHistory(counted, { address: cart("id-000"), limit: 3 });
  const rowsOfPage = counted.take();
  expect(page.items).toHaveLength(3);
  // Each record costs its block, and twice at the most the segment that names it.
  expect(rowsOfPage).toBeLessThanOrEqual(16 + segments + 3 * 3);
  await readHistory(counted, { address: cart("never-seen"), limit: 3 });
  expect(counted.take()).toBeLessThanOrEqual(16 + segments + 1);
});

test("an entity is found in the bytes of directories and postings that name it, and in no others", () => {
  const keyParts = Array.from({ length: 3_000 }, (_, number) => `shop/cart\0id-${number}`);
  // Each block has ten entities, one of which also has its own row; every entity is in one block of 300.
  const directories = Array.from({ length: 300 }, (_, block) => ({
    sequence: 1 + block * 64,
    entries: keyParts.slice(block * 10, block * 10 + 10).map((keyPart, place) => (hashOfKeyPart(keyPart) | (place === 3 ? 1 : 0)) >>> 0),
  }));
  const rows = directories.map(({ entries }) => encodeRecord(new BytesWriter(), { kind: "directory", entries }));
  const segment = segmentOf(directories);
  const postings = new Map(
    segment?.buckets.map((bucket, place) => [
      bucket,
      encodeRecord(new BytesWriter(), { kind: "postings", postings: segment.postings[place] ?? [] }),
    ]),
  );
  for (const [number, keyPart] of keyParts.entries()) {
    const block = Math.floor(number / 10);
    const hash = hashOfKeyPart(keyPart);
    expect([...rows.keys()].filter((place) => mayTellOf(rows[place] ?? new Uint8Array(), hash))).toEqual([block]);
    const { bucket, rest } = placeInSegments(keyPart);
    expect(placesIn(postings.get(bucket) ?? new Uint8Array(), rest)).toEqual([block]);
  }
  const cut = postings.values().next().value?.subarray(0, -1) ?? new Uint8Array();
  expect(() => placesIn(cut, 0)).toThrow(RecordError);
});
