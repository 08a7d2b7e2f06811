/** The LevelDB store keeps the promises of the Store port, survives being closed, and names the fault of its folder. */
import { mkdtemp, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openLevelStore } from "../src/adapters/leveldb/store-level.ts";
import { describeStoreConformance } from "../src/testing/store-conformance.ts";

let folder = "";
let next = 0;
const freshPath = (): string => join(folder, `store-${++next}`);
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-store-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describeStoreConformance("the level store", { open: () => openLevelStore(freshPath()) });

describe("the level store's folder", () => {
  test("written rows are there after closing and opening", async () => {
    const path = freshPath();
    const first = await openLevelStore(path);
    await first.writeSynced([{ key: "kept", value: bytes("yes") }]);
    await first.close();
    const second = await openLevelStore(path);
    expect(Buffer.from(second.get("kept") ?? []).toString()).toBe("yes");
    await second.close();
  });

  test("a read while the store is closed is told to come again, and does not blame the disk", async () => {
    const store = await openLevelStore(freshPath());
    await store.writeSynced(Array.from({ length: 5000 }, (_, index) => ({ key: `k${index}`, value: bytes("x".repeat(100)) })));
    const scan = store.scan({ gte: "k", lt: "l" })[Symbol.asyncIterator]();
    await scan.next();
    const closing = store.close();
    const failed: unknown[] = [];
    const told = (error: unknown): void => void failed.push(error);
    for (let entries = 0; entries < 6000 && failed.length === 0; entries++) await scan.next().catch(told);
    await closing;
    try {
      store.get("k1");
    } catch (error) {
      told(error);
    }
    expect(failed.length).toBeGreaterThan(0);
    for (const error of failed) expect(error).toMatchObject({ code: "STORE_FAILED", cure: "Ask again in a moment." });
  });

  test("a folder that is held is refused with DATA_IN_USE and a cure", async () => {
    const path = freshPath();
    const holder = await openLevelStore(path);
    await expect(openLevelStore(path)).rejects.toMatchObject({ code: "DATA_IN_USE", cure: expect.stringContaining("data directory") });
    await holder.close();
  });

  test("a damaged manifest is refused with DATA_CORRUPT", async () => {
    const path = freshPath();
    const store = await openLevelStore(path);
    await store.writeSynced([{ key: "a", value: bytes("1") }]);
    await store.close();
    for (const name of await readdir(path)) if (name.startsWith("MANIFEST")) await truncate(join(path, name), 3);
    await expect(openLevelStore(path)).rejects.toMatchObject({ code: "DATA_CORRUPT", message: expect.stringContaining(path) });
  });

  test("a folder with data and without CURRENT is refused, not emptied", async () => {
    const path = freshPath();
    const store = await openLevelStore(path);
    await store.writeSynced([{ key: "a", value: bytes("1") }]);
    await store.close();
    await rm(join(path, "CURRENT"));
    await expect(openLevelStore(path)).rejects.toMatchObject({ code: "DATA_CORRUPT" });
    expect((await readdir(path)).some((name) => name.endsWith(".log"))).toBe(true);
  });

  test("a path that cannot be a folder is refused with STORE_FAILED", async () => {
    const path = freshPath();
    await writeFile(path, "a file");
    await expect(openLevelStore(path)).rejects.toMatchObject({ code: "STORE_FAILED" });
  });
});
