/** A start finds everything acknowledged in an epoch log, or damage that is refused by name, with nothing changed. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDiskStore } from "../src/adapters/disk-store.ts";
import { openDiskLogFiles } from "../src/adapters/epoch-log/disk-log-files.ts";
import { readEpochLog } from "../src/adapters/epoch-log/epoch-log-reading.ts";
import { openLevelStore } from "../src/adapters/leveldb/store-level.ts";
import { formatKey } from "../src/model/format-key.ts";
import type { Store } from "../src/ports/store.ts";

const batches = 12;
let root = "";
/** Makes the folder of a store that was not closed. */
let left = "";
let store: Store;
let copies = 0;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "signalbox-logged-damage-"));
  const path = mkdtempSync(join(root, "store-"));
  store = await openDiskStore(path);
  await store.writeSynced([{ key: formatKey, value: Buffer.from("format") }]);
  for (let batch = 1; batch <= batches; batch++) {
    const value = Buffer.from(`batch ${batch}`);
    await store.writeSynced([
      { key: "last", value },
      { key: `row/${String(batch).padStart(2, "0")}`, value },
    ]);
  }
  left = join(root, "left");
  cpSync(path, left, { recursive: true });
});
afterAll(async () => {
  await store.close();
  rmSync(root, { recursive: true, force: true });
});

function copy(): string {
  const path = join(root, `copy-${++copies}`);
  cpSync(left, path, { recursive: true });
  return path;
}

const logOf = (path: string): string => join(path, "epochs", readdirSync(join(path, "epochs")).toSorted().at(-1) ?? "");

function change(file: string, how: (bytes: Buffer) => Buffer): void {
  writeFileSync(file, how(readFileSync(file)));
}

const flipped = (bytes: Buffer, position: number): Buffer => {
  bytes.writeUInt8(bytes.readUInt8(position) ^ 0x10, position);
  return bytes;
};

async function rowsOf(path: string): Promise<string[]> {
  const opened = await openDiskStore(path);
  try {
    const found: string[] = [];
    for await (const [key, value] of opened.scan({ gte: "last", lt: "s" })) found.push(`${key}=${Buffer.from(value).toString()}`);
    return found;
  } finally {
    await opened.close();
  }
}

const expected = (count: number): string[] => [
  `last=batch ${count}`,
  ...Array.from({ length: count }, (_, index) => `row/${String(index + 1).padStart(2, "0")}=batch ${index + 1}`),
];

test("a store that was not closed opens with every acknowledged batch, again and again", async () => {
  const path = copy();
  expect(await rowsOf(path)).toEqual(expected(batches));
  expect(await rowsOf(path)).toEqual(expected(batches));
});

test("a store that was closed has an empty log, and opens without it", async () => {
  const path = copy();
  await rowsOf(path);
  expect(readEpochLog(openDiskLogFiles(path)).frames).toEqual([]);
  rmSync(join(path, "epochs"), { recursive: true });
  expect(await rowsOf(path)).toEqual(expected(batches));
});

test("a store of an earlier format that is killed between its first batch and its log opens with both", async () => {
  const before = mkdtempSync(join(root, "before-"));
  const level = await openLevelStore(before);
  await level.writeSynced([{ key: "row/00", value: Buffer.from("old") }]);
  await level.close();
  const moving = await openDiskStore(before);
  await moving.writeSynced([
    { key: formatKey, value: Buffer.from("format") },
    { key: "row/01", value: Buffer.from("new") },
  ]);
  const between = join(root, "between");
  cpSync(before, between, { recursive: true });
  await moving.writeSynced([{ key: "row/02", value: Buffer.from("logged") }]);
  const after = join(root, "after");
  cpSync(before, after, { recursive: true });
  await moving.close();
  expect(readdirSync(between)).not.toContain("epochs");
  expect(await rowsOf(between)).toEqual(["row/00=old", "row/01=new"]);
  expect(readdirSync(after)).toContain("epochs");
  expect(await rowsOf(after)).toEqual(["row/00=old", "row/01=new", "row/02=logged"]);
});

test("a batch that is partly on disk and was never acknowledged is left out", async () => {
  const path = copy();
  change(logOf(path), (bytes) => Buffer.concat([bytes, bytes.subarray(24, 60), Buffer.alloc(500)]));
  expect(await rowsOf(path)).toEqual(expected(batches));
});

test("a log without its mark opens with all rows whose checksums fit", async () => {
  const path = copy();
  rmSync(join(path, "LOGGED"));
  expect(await rowsOf(path)).toEqual(expected(batches));
});

describe("damage is refused with the file and the cure, and the folder stays as it is:", () => {
  const damages: Record<string, (path: string) => void> = {
    "a log that is cut by a few bytes": (path) => change(logOf(path), (bytes) => bytes.subarray(0, -5)),
    "a log that is cut to nothing": (path) => change(logOf(path), () => Buffer.alloc(0)),
    "a log that is gone": (path) => rmSync(logOf(path)),
    "a folder of logs that is gone": (path) => rmSync(join(path, "epochs"), { recursive: true }),
    "a log from elsewhere in its place": (path) => change(logOf(path), (bytes) => flipped(bytes, 8)),
  };
  test.each(Object.entries(damages))("%s", async (_, damage) => {
    const path = copy();
    damage(path);
    const before = readdirSync(path, { recursive: true, encoding: "utf8" }).toSorted();
    await expect(openDiskStore(path)).rejects.toMatchObject({
      code: "DATA_CORRUPT",
      place: expect.stringContaining(join(path, "epochs")),
      cure: expect.stringContaining("restore"),
    });
    expect(readdirSync(path, { recursive: true, encoding: "utf8" }).toSorted()).toEqual(before);
  });
});

test("any single flipped byte of a log is refused, or changes nothing that was acknowledged", async () => {
  const path = copy();
  const file = logOf(path);
  const whole = readFileSync(file);
  const accepted: number[] = [];
  for (let position = 0; position < whole.length; position++) {
    writeFileSync(file, flipped(Buffer.from(whole), position));
    try {
      readEpochLog(openDiskLogFiles(path));
      accepted.push(position);
    } catch (error) {
      expect(error).toMatchObject({ code: "DATA_CORRUPT" });
    }
  }
  expect(accepted).toEqual([]);
});

test("without the mark, a flipped byte before the last batch is still noticed: later writes are there", async () => {
  const path = copy();
  rmSync(join(path, "LOGGED"));
  change(logOf(path), (bytes) => flipped(bytes, bytes.length >> 1));
  await expect(openDiskStore(path)).rejects.toMatchObject({ code: "DATA_CORRUPT", place: logOf(path) });
});
