/**
 * StoreConformance: what every adapter of the Store port must do, stated once. Each adapter's test passes in a factory;
 * a behaviour that the engine relies on and that is not here is not promised.
 */
import { afterEach, describe, expect, test } from "vitest";
import type { ScanRange, Store, StoreReader } from "../ports/store.ts";

export interface StoreFactory {
  /** A new, empty store; the suite closes it. */
  open(): Promise<Store>;
}

export function describeStoreConformance(name: string, factory: StoreFactory): void {
  const opened: Store[] = [];
  const open = async (): Promise<Store> => {
    const store = await factory.open();
    opened.push(store);
    return store;
  };
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
  });
  describe(`${name} is a store: values`, () => valuesConform(open));
  describe(`${name} is a store: batches`, () => batchesConform(open));
  describe(`${name} is a store: scans`, () => scansConform(open));
  describe(`${name} is a store: order of keys`, () => orderConforms(open));
  describe(`${name} is a store: snapshots`, () => snapshotsConform(open));
}

type Open = () => Promise<Store>;

/** Sorts after every key that the suite writes. */
const end = "\u{10FFFF}";
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const put = (key: string, value = key) => ({ key, value: bytes(value) });
const remove = (key: string) => ({ key, value: undefined });

function read(reader: StoreReader, key: string): string | undefined {
  const value = reader.get(key);
  return value === undefined ? undefined : Buffer.from(value).toString();
}

async function entries(reader: StoreReader, range: ScanRange): Promise<string[]> {
  const found: string[] = [];
  for await (const [key, value] of reader.scan(range)) found.push(`${key}=${Buffer.from(value).toString()}`);
  return found;
}

async function keys(reader: StoreReader, range: ScanRange): Promise<string[]> {
  const found: string[] = [];
  for await (const key of reader.scanKeys(range)) found.push(key);
  return found;
}

function valuesConform(open: Open): void {
  test("many values are read at once, in the order of their keys, long and absent ones included", async () => {
    const store = await open();
    const long = "ü".repeat(20_000);
    await store.writeSynced([put("a", "1"), put("b", ""), put(long, "3")]);
    const values = await store.getMany([long, "missing", "b", "a", "a"]);
    expect(values.map((value) => value && Buffer.from(value).toString())).toEqual(["3", undefined, "", "1", "1"]);
    expect(await store.getMany([])).toEqual([]);
  });

  test("a key that was never written has no value", async () => {
    const store = await open();
    expect(store.get("missing")).toBeUndefined();
  });

  test("an empty value is a value", async () => {
    const store = await open();
    await store.writeSynced([{ key: "empty", value: new Uint8Array(0) }]);
    expect(store.get("empty")?.byteLength).toBe(0);
    expect(await entries(store, { lt: end })).toEqual(["empty="]);
  });

  test("every byte comes back as it was", async () => {
    const store = await open();
    const all = Uint8Array.from({ length: 256 }, (_, index) => index);
    // A view into a larger buffer: only the view is stored.
    await store.writeSynced([{ key: "all", value: Buffer.concat([Buffer.from("before"), all, Buffer.from("after")]).subarray(6, 262) }]);
    expect([...(store.get("all") ?? [])]).toEqual([...all]);
  });

  test("keys of any characters and lengths are told apart", async () => {
    const store = await open();
    const odd = [
      "\0",
      "a\0b",
      "a\0",
      "é",
      "\uFFFD",
      "😀",
      "x".repeat(63) + "😀".repeat(20),
      "😀".repeat(8000),
      "k".repeat(70_000),
      "q".repeat(100) + "é".repeat(9_000),
    ];
    expect(store.get("short")).toBeUndefined();
    for (const [index, key] of odd.entries()) {
      await store.writeSynced([put(key, String(index))]);
      expect(read(store, key)).toBe(String(index));
    }
    expect(odd.map((key) => read(store, key))).toEqual(odd.map((_, index) => String(index)));
    const snapshot = store.snapshot();
    expect(odd.map((key) => read(snapshot, key))).toEqual(odd.map((_, index) => String(index)));
    await snapshot.close();
  });

  test("changing bytes after they were written or read changes nothing in the store", async () => {
    const store = await open();
    const value = bytes("one");
    await store.writeSynced([{ key: "k", value }]);
    value.fill(0);
    store.get("k")?.fill(0);
    expect(read(store, "k")).toBe("one");
  });
}

function batchesConform(open: Open): void {
  test("a batch puts, replaces and removes together", async () => {
    const store = await open();
    await store.writeSynced([put("a"), put("b"), put("c")]);
    await store.writeSynced([remove("a"), put("b", "new"), put("d"), remove("never")]);
    expect(await entries(store, { lt: end })).toEqual(["b=new", "c=c", "d=d"]);
  });

  test("the last write of a key in a batch counts", async () => {
    const store = await open();
    await store.writeSynced([put("a", "1"), remove("a"), put("a", "2"), put("b"), remove("b")]);
    expect(await entries(store, { lt: end })).toEqual(["a=2"]);
  });

  test("an empty batch is allowed", async () => {
    const store = await open();
    await store.writeSynced([]);
    expect(await keys(store, { lt: end })).toEqual([]);
  });

  test("batches started one after the other apply in that order", async () => {
    const store = await open();
    await Promise.all(Array.from({ length: 50 }, (_, index) => store.writeSynced([put("last", String(index))])));
    expect(read(store, "last")).toBe("49");
  });

  test("a large batch is stored whole and counts in the size", async () => {
    const store = await open();
    const names = Array.from({ length: 5_000 }, (_, index) => `key/${String(index).padStart(6, "0")}`);
    await store.writeSynced(names.map((name) => put(name)));
    expect(await keys(store, { lt: end })).toEqual(names);
    expect(await store.sizeBytes()).toBeGreaterThan(5_000);
    await store.writeSynced(names.filter((_, index) => index % 3 !== 0).map(remove));
    expect(await keys(store, { lt: end })).toEqual(names.filter((_, index) => index % 3 === 0));
  });

  test("a closed store refuses writes", async () => {
    const store = await open();
    await store.close();
    await expect(store.writeSynced([put("a")])).rejects.toThrow("closed");
  });
}

function scansConform(open: Open): void {
  const filled = async (): Promise<Store> => {
    const store = await open();
    await store.writeSynced(["a", "b", "c", "d", "e"].map((key) => put(key)));
    return store;
  };

  test("a scan is bounded by gte, gt and lt", async () => {
    const store = await filled();
    expect(await keys(store, { gte: "b", lt: "d" })).toEqual(["b", "c"]);
    expect(await keys(store, { gt: "b", lt: "e" })).toEqual(["c", "d"]);
    expect(await keys(store, { gt: "bb", lt: "dd" })).toEqual(["c", "d"]);
    expect(await keys(store, { lt: "c" })).toEqual(["a", "b"]);
    expect(await keys(store, { gte: "d", lt: "b" })).toEqual([]);
    expect(await keys(store, { gt: "z", lt: end })).toEqual([]);
  });

  test("a scan for which few rows are announced still goes on to its end", async () => {
    const store = await open();
    const names = Array.from({ length: 300 }, (_, number) => `key-${String(number).padStart(3, "0")}`);
    await store.writeSynced(names.map((key) => put(key)));
    expect(await keys(store, { lt: end, few: true })).toEqual(names);
    expect(await entries(store, { lt: end, few: true, reverse: true })).toEqual(names.map((name) => `${name}=${name}`).reverse());
    expect(await keys(store, { lt: end, few: true, limit: 1 })).toEqual(["key-000"]);
  });

  test("a reversed scan starts at its upper end", async () => {
    const store = await filled();
    expect(await keys(store, { gte: "b", lt: "e", reverse: true })).toEqual(["d", "c", "b"]);
    expect(await keys(store, { gt: "b", lt: "dd", reverse: true, limit: 2 })).toEqual(["d", "c"]);
    expect(await keys(store, { gt: "b", lt: end, reverse: true })).toEqual(["e", "d", "c"]);
    expect(await keys(store, { lt: "a", reverse: true })).toEqual([]);
  });

  test("a limit ends a scan early", async () => {
    const store = await filled();
    expect(await entries(store, { gte: "b", lt: end, limit: 2 })).toEqual(["b=b", "c=c"]);
    expect(await keys(store, { lt: end, limit: 0 })).toEqual([]);
  });

  test("a scan that is left early can be started again", async () => {
    const store = await filled();
    for await (const key of store.scanKeys({ lt: end })) if (key === "b") break;
    expect(await keys(store, { gt: "b", lt: end })).toEqual(["c", "d", "e"]);
  });

  test("a scan over more than one chunk shows the store as it was at its first row", async () => {
    const store = await open();
    const names = Array.from({ length: 3_000 }, (_, index) => `n${String(index).padStart(5, "0")}`);
    await store.writeSynced(names.map((name) => put(name, "old")));
    const seen: string[] = [];
    for await (const [key, value] of store.scan({ lt: end })) {
      if (seen.length === 0) await store.writeSynced([...names.slice(1, 2_000).map(remove), put("n02500", "new"), put("n02500a")]);
      seen.push(key + Buffer.from(value).toString());
    }
    expect(seen).toEqual(names.map((name) => `${name}old`));
  });
}

function orderConforms(open: Open): void {
  test("keys sort by their UTF-8 bytes, not by UTF-16 units", async () => {
    const store = await open();
    const texts = [
      "",
      "\u0001",
      "A",
      "a",
      "a\0",
      "a\0b",
      "ab",
      "é",
      "\u07FF",
      "\u0800",
      "\uD7FF",
      "\uE000",
      "\uFF61",
      "\uFFFD",
      "😀",
      "😀a",
      "\u{10FFFE}",
    ].filter((text) => text !== "");
    await store.writeSynced(texts.toReversed().map((key) => put(key)));
    const byBytes = texts.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(await keys(store, { lt: end })).toEqual(byBytes);
    expect(await keys(store, { gte: "\uE000", lt: "😀" })).toEqual(["\uE000", "\uFF61", "\uFFFD"]);
  });
}

function snapshotsConform(open: Open): void {
  test("a snapshot keeps showing what it saw, to reads and scans", async () => {
    const store = await open();
    await store.writeSynced([put("a", "1"), put("b", "1")]);
    const snapshot = store.snapshot();
    await store.writeSynced([put("a", "2"), remove("b"), put("c", "2")]);
    expect([read(snapshot, "a"), read(snapshot, "b"), read(snapshot, "c")]).toEqual(["1", "1", undefined]);
    expect(await entries(snapshot, { lt: end })).toEqual(["a=1", "b=1"]);
    expect(await keys(snapshot, { lt: end, reverse: true })).toEqual(["b", "a"]);
    expect(await entries(store, { lt: end })).toEqual(["a=2", "c=2"]);
    await snapshot.close();
  });

  test("two snapshots are independent and closing one leaves the other", async () => {
    const store = await open();
    await store.writeSynced([put("a", "1")]);
    const first = store.snapshot();
    await store.writeSynced([put("a", "2")]);
    const second = store.snapshot();
    await store.writeSynced([put("a", "3")]);
    await first.close();
    expect([read(second, "a"), read(store, "a")]).toEqual(["2", "3"]);
    await second.close();
    expect(read(store, "a")).toBe("3");
  });

  test("a closed snapshot refuses reads", async () => {
    const store = await open();
    const snapshot = store.snapshot();
    await snapshot.close();
    expect(() => snapshot.get("a")).toThrow();
    await expect(keys(snapshot, { lt: end })).rejects.toThrow();
  });

  test("a snapshot of a large store shows none of many later changes", async () => {
    const store = await open();
    const names = Array.from({ length: 2_000 }, (_, index) => `n${String(index).padStart(5, "0")}`);
    await store.writeSynced(names.map((name) => put(name)));
    const snapshot = store.snapshot();
    for (let round = 0; round < 20; round += 1) {
      await store.writeSynced(names.filter((_, index) => index % 20 === round).flatMap((name) => [remove(name), put(`${name}+${round}`)]));
    }
    expect(await keys(snapshot, { lt: end })).toEqual(names);
    expect((await keys(store, { lt: end })).length).toBe(names.length);
    await snapshot.close();
  });
}
