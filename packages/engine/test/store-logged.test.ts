/** A store whose commit point is an epoch log keeps the promises of the Store port, over any store below and through any crash. */
import { mkdtempSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDiskStore } from "../src/adapters/disk-store.ts";
import { openDiskLogFiles } from "../src/adapters/epoch-log/disk-log-files.ts";
import { openLoggedStore } from "../src/adapters/epoch-log/logged-store.ts";
import { openLevelStore } from "../src/adapters/leveldb/store-level.ts";
import { createMemoryStore } from "../src/adapters/store-memory.ts";
import type { StoreWrite } from "../src/ports/store.ts";
import { runLogWorld } from "../src/testing/sim/log-world.ts";
import { describeStoreConformance } from "../src/testing/store-conformance.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-logged-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
let number = 0;
const freshFolder = (): string => mkdtempSync(join(folder, "under-"));
const freshPath = (): string => join(folder, `store-${++number}`);

describeStoreConformance("the disk store before its format is written", { open: () => openDiskStore(freshPath()) });

describeStoreConformance("a logged store over LevelDB", {
  open: async () => {
    const path = freshPath();
    return openLoggedStore({ below: await openLevelStore(path), files: openDiskLogFiles(path) });
  },
});

describeStoreConformance("a logged store that lowers its layers all the time", {
  open: async () => openLoggedStore({ below: createMemoryStore(), files: openDiskLogFiles(freshFolder()), logBytesMax: 300 }),
});

describe("a scan over the log's rows holds the thread for a bounded time", () => {
  const passing = (number: number): string => `m/${String(number).padStart(5, "0")}`;
  async function scanned(writes: readonly StoreWrite[][]): Promise<{ rows: number; turns: number }> {
    let turns = 0;
    const giveWay = async (): Promise<void> => void turns++;
    const store = openLoggedStore({ below: createMemoryStore(), files: openDiskLogFiles(freshFolder()), giveWay });
    for (const batch of writes) await store.writeSynced(batch);
    let rows = 0;
    for await (const _ of store.scan({ lt: "z" })) rows++;
    await store.close();
    return { rows, turns };
  }

  test("after a bounded number of rows the scan yields the thread", async () => {
    const batch = Array.from({ length: 1_800 }, (_, number) => ({ key: passing(number), value: Buffer.from("value") }));
    expect(await scanned([batch])).toEqual({ rows: 1_800, turns: 3 });
  });

  test("after a bounded number of bytes it does too", async () => {
    const batch = Array.from({ length: 20 }, (_, number) => ({ key: passing(number), value: Buffer.alloc(16 * 1024) }));
    expect(await scanned([batch])).toEqual({ rows: 20, turns: 4 });
  });

  test("rows that were written and removed there are not visited", async () => {
    const born = Array.from({ length: 20_000 }, (_, number) => ({ key: passing(number), value: Buffer.from("value"), fresh: true }));
    const gone = born.slice(0, -1).map(({ key }) => ({ key, value: undefined }));
    expect(await scanned([born, gone])).toEqual({ rows: 1, turns: 0 });
  });
});

describe("worlds of the epoch log", () => {
  test.each(Array.from({ length: 60 }, (_, seed) => String(seed)))("world %s", async (seed) => {
    const stats = await runLogWorld(seed);
    expect(stats.batches).toBeGreaterThan(10);
  });
});
