/**
 * Records of one epoch share rows of the journal, which no reader notices: pages, histories and traces hold every record once, in order.
 */
import { expect, test } from "vitest";
import { decodeSequence, splitKey, storeKey, tableRange } from "../src/core/store/store-key.ts";
import type { Engine } from "../src/engine.ts";
import type { EngineLimits } from "../src/limits.ts";
import type { JournalRecord } from "@signalbox/runtime/model/journal-record";
import type { Page } from "@signalbox/runtime/model/views";
import { cart, text } from "./core-samples.ts";
import { completed, EngineHarness } from "./engine-harness.ts";

const ids = ["anna", "bert", "cleo"] as const;
const messages = 300;

async function filled(limits: Partial<EngineLimits> = {}): Promise<{ harness: EngineHarness; engine: Engine }> {
  const harness = new EngineHarness({ run: () => completed(), limits: { ...limits, batchMessagesMax: 1 } });
  const engine = await harness.open();
  // All go in one turn: they are admitted in one epoch, and the calls that they cause end in few epochs.
  await harness.run(
    Promise.all(
      Array.from({ length: messages }, (_, index) => engine.accept({ target: cart(ids[index % 3] ?? ""), value: text(String(index)) })),
    ),
  );
  await harness.run(engine.settled());
  return { harness, engine };
}

async function allPages(read: (cursor: string | undefined) => Promise<Page<JournalRecord>>): Promise<JournalRecord[]> {
  const found: JournalRecord[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await read(cursor);
    found.push(...page.items);
    if (page.cursor === undefined) return found;
    cursor = page.cursor;
  }
}

test("several records share a row, and pages of any size hold each of them once, newest first", async () => {
  const { harness, engine } = await filled();
  let rows = 0;
  for await (const _ of harness.disk.current().all.scanKeys(tableRange("j"))) rows++;
  expect(rows).toBeLessThan(messages / 4);
  for (const limit of [1, 7, 64, 1000]) {
    const all = await harness.run(allPages((cursor) => engine.journal({ cursor, limit })));
    expect(all.map(({ sequence }) => sequence)).toEqual(all.map(({ sequence }) => sequence).toSorted((a, b) => b - a));
    expect(new Set(all.flatMap((record) => record.messages.map(({ sequence }) => sequence))).size).toBe(messages);
    expect(all).toHaveLength(messages);
  }
});

test("a history holds the records of its entity alone", async () => {
  const { harness, engine } = await filled();
  for (const id of ids) {
    const all = await harness.run(allPages((cursor) => engine.history({ address: cart(id), cursor, limit: 9 })));
    expect(all).toHaveLength(messages / 3);
    expect(all.every(({ address }) => address.id === id)).toBe(true);
  }
});

test("a trace is found in the middle of a block", async () => {
  const { harness, engine } = await filled();
  const newest = await harness.run(engine.journal({ limit: 150 }));
  const trace = newest.items.at(-1)?.messages[0]?.trace ?? 0;
  const found = await harness.run(engine.trace(trace, { recordsMax: 10 }));
  expect(found.complete).toBe(true);
  expect(found.records.map((record) => record.messages.map((message) => message.trace))).toEqual([[trace]]);
});

test("a journal far beyond its limit is within it after one round of the housekeeper, and so are its histories", async () => {
  const { harness, engine } = await filled({ journalBytesMax: 2_000 });
  // Each goes in its own epoch, so that there are many blocks.
  for (let index = 0; index < 700; index++) await harness.run(engine.accept({ target: cart("anna"), value: text("x") }));
  await harness.pass(6_000);
  await harness.run(engine.settled());
  let bytes = 0;
  for await (const [, value] of harness.disk.current().all.scan(tableRange("j"))) bytes += value.length;
  expect(bytes).toBeLessThan(2_000);
  for await (const key of harness.disk.current().all.scanKeys(tableRange("h")))
    expect(harness.disk.current().all.get(storeKey.journal(decodeSequence(splitKey(key)[3] ?? "")))).toBeDefined();
});

test("a journal that is switched off keeps no record", async () => {
  const { harness, engine } = await filled({ journalLevel: "off" });
  expect((await harness.run(engine.journal({ limit: 10 }))).items).toEqual([]);
  expect(harness.disk.current().all.get(storeKey.journal(1))).toBeUndefined();
});
