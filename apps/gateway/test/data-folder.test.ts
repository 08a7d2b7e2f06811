/**
 * The parts of a data directory: a first start that dies at any moment leaves a directory that starts again; a directory that has lost a
 * part does not start.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockDataFolder } from "../src/data-folder.ts";

let dataDir = "";
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "signalbox-parts-"));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

/** Holds the directory until its store is open, as a start does that dies before it has opened its catalog. */
async function startThatDies(): Promise<void> {
  const { directory, opening } = await lockDataFolder({ dataDir, databaseUrl: `file:${join(dataDir, "catalog.db")}`, partitions: 1 });
  for (const store of (await opening) ?? []) await store.close();
  directory.close();
}

test("a first start that died before it opened its catalog is followed by another", async () => {
  await startThatDies();
  await startThatDies();
});

test("a lost catalog is not created anew in silence", async () => {
  await startThatDies();
  rmSync(join(dataDir, "catalog.db"));
  await expect(startThatDies()).rejects.toMatchObject({ code: "DATABASE_MISSING" });
});

test.skipIf(process.platform !== "linux")("a place in which no folder can be made is refused, and not tried for ever", async () => {
  const impossible = "/proc/self/signalbox";
  const settings = { dataDir: impossible, databaseUrl: `file:${impossible}/catalog.db`, partitions: 1 };
  await expect(lockDataFolder(settings)).rejects.toMatchObject({ code: "STORE_FAILED" });
});
