/**
 * The script that records formats ends by itself, with nothing else in its process, and records the formats in force with the content that
 * is kept in recorded/: no recording there was changed by hand. It is a process of its own, because it ends a whole engine.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { storeFormatVersion, storeFormatVersionOfSeveral } from "../../src/core/store/store-format.ts";
import { readSavepointFile } from "../../src/adapters/savepoint/savepoint-read.ts";
import { savepointFormatVersion } from "../../src/model/savepoint-rows.ts";
import { partitionsOfSeveral } from "./recorded-engine.ts";

const kept = join(import.meta.dirname, "recorded");
let anew = "";
beforeAll(async () => {
  anew = mkdtempSync(join(tmpdir(), "signalbox-recorded-anew-"));
  await promisify(execFile)(process.execPath, [join(import.meta.dirname, "record-formats.ts"), anew]);
}, 60_000);
afterAll(() => rmSync(anew, { recursive: true, force: true }));

const json = (folder: string, name: string): unknown => JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));

const savepoint = `savepoint-${savepointFormatVersion}`;

test.each([`store-${storeFormatVersion}`, savepoint])("%s is recorded anew as it is kept", (name) => {
  expect(json(anew, name)).toEqual(json(kept, name));
});

// Which message of two partitions gets which number depends on which of them was faster.
test("a store of several partitions is recorded anew with as many of everything as it is kept with", () => {
  const counts = (folder: string) => (json(folder, `store-${storeFormatVersionOfSeveral}`) as { readonly counts: unknown }).counts;
  expect(counts(anew)).toEqual(counts(kept));
});

test("of a savepoint, the recording of several partitions tells the end of each, and that of one tells none", async () => {
  for (const folder of [kept, anew]) {
    const files = readdirSync(folder).filter((name) => name.startsWith(savepoint) && name.endsWith(".savepoint"));
    expect(files.toSorted((a, b) => a.length - b.length)).toEqual([`${savepoint}.savepoint`, `${savepoint}-of-several.savepoint`]);
    const ends: (number | undefined)[] = [];
    for (const name of files) {
      const file = await readSavepointFile(join(folder, name));
      ends.push(file.header.partitionEnds?.length);
      file.close();
    }
    expect(ends.toSorted((a, b) => (a ?? 0) - (b ?? 0))).toEqual([partitionsOfSeveral, undefined]);
  }
});
