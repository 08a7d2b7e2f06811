/** A switch of stores says which one is in use only when that is certain on disk, also when the disk fails half-way. */
import fs from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openDataDirectory } from "../src/adapters/leveldb/data-directory.ts";

const broken = (): never => {
  throw new Error("EIO: i/o error");
};

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-switch-"));
});
afterEach(async () => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
  await rm(folder, { recursive: true, force: true });
});

/** Fails the given syncs of a switch: 1 is the new pointer, 2 the new store's folder, 3 and later the directory itself. */
function failSyncs(fails: (sync: number) => boolean): () => number {
  const sync = fs.fsyncSync;
  let count = 0;
  vi.spyOn(fs, "fsyncSync").mockImplementation((file) => {
    count++;
    if (fails(count)) broken();
    sync(file);
  });
  // The code under test imports the function by name, and may have been loaded by another test file before.
  syncBuiltinESMExports();
  return () => count;
}

test("a pointer that could not be synced aside leaves the old store in use", async () => {
  const directory = await openDataDirectory(folder);
  const old = directory.current();
  const next = directory.createNext();
  failSyncs((sync) => sync === 1);
  await expect(directory.switchTo(next)).rejects.toMatchObject({ code: "STORE_FAILED" });
  expect(directory.current()).toBe(old);
  expect((await readFile(join(folder, "CURRENT"), "utf8")).trim()).toBe(basename(old));
  directory.close();
});

test("a rename that failed leaves the old store in use", async () => {
  const directory = await openDataDirectory(folder);
  const old = directory.current();
  const next = directory.createNext();
  vi.spyOn(fs, "renameSync").mockImplementationOnce(broken);
  syncBuiltinESMExports();
  await expect(directory.switchTo(next)).rejects.toMatchObject({ code: "STORE_FAILED" });
  expect(directory.current()).toBe(old);
  directory.close();
});

test("a renamed pointer whose directory does not sync is no failure: the switch ends once it is certain", async () => {
  const directory = await openDataDirectory(folder);
  const next = directory.createNext();
  const syncs = failSyncs((sync) => sync === 3 || sync === 4);
  await directory.switchTo(next);
  expect(syncs()).toBe(5);
  expect(directory.current()).toBe(next);
  directory.close();
  const again = await openDataDirectory(folder);
  expect(again.current()).toBe(next);
  again.close();
});

test("while the switch is not certain, closing the directory ends it without an answer, and nothing that may be in use is removed", async () => {
  const directory = await openDataDirectory(folder);
  const next = directory.createNext();
  failSyncs((sync) => sync > 2);
  const switching = directory.switchTo(next);
  await directory.removeStale();
  expect(fs.existsSync(next)).toBe(true);
  directory.close();
  await expect(switching).rejects.toMatchObject({ name: "AbortError" });
  expect((await readFile(join(folder, "CURRENT"), "utf8")).trim()).toBe(basename(next));
});
