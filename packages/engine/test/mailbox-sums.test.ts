/**
 * Stores without sums of waiting messages (of formats before 16, and those that a restore fills) get them when they are opened, whatever
 * interrupts that (G4).
 */
import { describe, expect, test } from "vitest";
import { createMemoryStore } from "../src/adapters/store-memory.ts";
import { BytesWriter } from "../src/core/store/bytes-writer.ts";
import { entityPart, metaKey, storeKey } from "../src/core/store/store-key.ts";
import { storeFormatVersion, storeFormatVersionOfSeveral } from "../src/core/store/store-format.ts";
import { encodeRecord, type StoreRecord } from "../src/core/store/store-record.ts";
import type { Store } from "../src/ports/store.ts";
import { readTables } from "../src/runtime/processor/recovery-reader.ts";
import { cart, stock, text } from "./core-samples.ts";

const writer = new BytesWriter();
const parkedCarts = 5_000;

/** Makes two messages for each parked cart, one for some others, and three for the stock, as format 14 or 15 has them. */
async function oldStore(formatVersion: number): Promise<Store> {
  const store = createMemoryStore();
  const rows: [key: string, record: StoreRecord][] = [];
  let sequence = 1;
  const wait = (target: ReturnType<typeof cart>): void => {
    const message = { sequence, origin: 0, trace: sequence, caller: undefined, target, value: text("x"), atMs: 0 };
    rows.push([storeKey.message(entityPart(target.type, target.id), sequence), { kind: "message", message }]);
    sequence++;
  };
  for (let index = 0; index < parkedCarts; index++) {
    const target = cart(`p${index}`);
    for (let count = 0; count < 2; count++) wait(target);
    const record = { status: "parked", failure: undefined, attempts: 1, sinceMs: 1, messages: 0 } as const;
    rows.push([storeKey.entity(entityPart(target.type, target.id)), { kind: "entity", record }]);
  }
  for (let index = 0; index < 10; index++) wait(cart(`w${index}`));
  for (let index = 0; index < 3; index++) wait(stock("one"));
  rows.push([metaKey, { kind: "meta", meta: { formatVersion, epoch: 7, nextSequence: sequence, delayedMessages: 0, journalBytes: 0 } }]);
  await store.writeSynced(rows.map(([key, record]) => ({ key, value: encodeRecord(writer, record) })));
  return store;
}

/** The write with this number and all later ones fail. */
function failingFrom(store: Store, number: number): Store {
  let writes = 0;
  return {
    ...store,
    get: (key) => store.get(key),
    scan: (range) => store.scan(range),
    scanKeys: (range) => store.scanKeys(range),
    writeSynced: (batch) => (writes++ < number ? store.writeSynced(batch) : Promise.reject(new Error("the machine stops"))),
  };
}

async function expectSums(store: Store, formatVersion: number): Promise<void> {
  const { meta, waiting, entities } = await readTables(store);
  expect(meta?.formatVersion).toBe(formatVersion);
  expect(new Map(waiting.map(({ type, messages }) => [type, messages]))).toEqual(
    new Map([
      ["shop/cart", 2 * parkedCarts + 10],
      ["shop/stock", 3],
    ]),
  );
  expect(entities).toHaveLength(parkedCarts);
  expect(new Set(entities.map(({ record }) => record.messages))).toEqual(new Set([2]));
}

describe("a store without sums of waiting messages", () => {
  test.each([
    [14, storeFormatVersion],
    [15, storeFormatVersionOfSeveral],
    [1, storeFormatVersion],
  ])("of format %i has them once it was opened, and the format %i", async (before, after) => {
    const store = await oldStore(before);
    await expectSums(store, after);
    await expectSums(store, after);
  });

  test.each([0, 1])("that was stopped in the middle, after %i writes, begins again", async (number) => {
    const store = await oldStore(14);
    await expect(readTables(failingFrom(store, number))).rejects.toThrow("the machine stops");
    expect(store.get(storeKey.waiting("shop/cart"))).toBeUndefined();
    await expectSums(store, storeFormatVersion);
  });
});
