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

describe("worlds of the epoch log", () => {
  test.each(Array.from({ length: 60 }, (_, seed) => String(seed)))("world %s", async (seed) => {
    const stats = await runLogWorld(seed);
    expect(stats.batches).toBeGreaterThan(10);
  });
});
