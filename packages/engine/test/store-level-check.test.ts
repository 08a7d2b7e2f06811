/** A store folder that was damaged after a kill: it opens with everything acknowledged, or is refused with the file and the cure. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  closeSync,
  cpSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkLevelFolder } from "../src/adapters/leveldb/store-level-check.ts";
import { openLevelStore } from "../src/adapters/leveldb/store-level.ts";
import { until } from "../../../e2e/stack/until.ts";

let folder = "";
let killed = "";
let acknowledged = 0;
let copies = 0;

/** Two sessions that end well leave tables; the third is killed within its log. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-check-"));
  killed = join(folder, "killed");
  const module = JSON.stringify(new URL("../src/adapters/leveldb/store-level.ts", import.meta.url).href);
  const script = `
    const { openLevelStore } = await import(${module});
    for (let session = 1; ; session += 1) {
      const store = await openLevelStore(${JSON.stringify(killed)});
      for (let batch = 1; batch <= 300; batch += 1) {
        const number = session * 1000 + batch;
        const value = Buffer.alloc(batch % 50 === 0 ? 70_000 : 400, "value " + number + " ");
        await store.writeSynced([{ key: "row/" + number, value }, { key: "last", value: Buffer.from(String(number)) }]);
        if (session === 3) console.log(number);
        if (session === 3 && batch === 250) await new Promise(() => setInterval(() => undefined, 1000));
      }
      await store.close();
    }`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => {
    acknowledged = Number(line);
    if (acknowledged === 3250) child.kill("SIGKILL");
  });
  await Promise.all([once(child, "exit"), once(lines, "close")]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function copy(): string {
  const path = join(folder, `copy-${++copies}`);
  cpSync(killed, path, { recursive: true });
  return path;
}

function fileOf(path: string, pattern: RegExp, pick: "first" | "last" = "last"): string {
  const names = readdirSync(path).filter((name) => pattern.test(name));
  const name = names.toSorted().at(pick === "first" ? 0 : -1);
  if (name === undefined) throw new Error(`${path} has no ${String(pattern)}: ${readdirSync(path).join(" ")}`);
  return join(path, name);
}

function flip(file: string, position: number): void {
  const handle = openSync(file, "r+");
  const byte = Buffer.alloc(1);
  readSync(handle, byte, 0, 1, position);
  writeSync(handle, Buffer.from([byte.readUInt8() ^ 0x10]), 0, 1, position);
  closeSync(handle);
}

async function opened(path: string): Promise<{ last: number; rows: number }> {
  const store = await openLevelStore(path);
  const last = Number(Buffer.from(store.get("last") ?? []).toString());
  let rows = 0;
  for await (const _key of store.scanKeys({ gte: "row/", lt: "row0" })) rows += 1;
  await store.close();
  return { last, rows };
}

const size = (file: string): number => readFileSync(file).length;
const all = { last: 3250, rows: 850 };

describe("a store whose process was killed", () => {
  test("opens with everything that was acknowledged, and its mark names the last operation", async () => {
    expect(acknowledged).toBe(3250);
    expect(checkLevelFolder(copy(), "everything")).toEqual({ lastSequence: 1700, unread: [] });
    expect(readFileSync(join(killed, "DURABLE"), "utf8")).toBe("0000000000001700 0000000000001700\n");
    expect(await opened(copy())).toEqual(all);
  });

  test("opens when its log ends within a batch that was never acknowledged", async () => {
    const path = copy();
    const log = fileOf(path, /\.log$/);
    // These are bytes as a kill or a power cut leaves them at the beginning of a batch: its head, some of its bytes, zeros.
    appendFileSync(log, Buffer.concat([Buffer.from([1, 2, 3, 4, 0xff, 0x00, 1]), Buffer.alloc(40, 7), Buffer.alloc(5000)]));
    expect(await opened(path)).toEqual(all);
  });

  test("opens without its mark: stores of earlier versions have none", async () => {
    const path = copy();
    rmSync(join(path, "DURABLE"));
    expect(await opened(path)).toEqual(all);
  });
});

describe("damage to acknowledged data is refused with the file and the cure, and the folder stays as it is:", () => {
  const damages: Record<string, { file: RegExp; damage: (file: string) => void }> = {
    "a log cut by a few bytes": { file: /\.log$/, damage: (file) => truncateSync(file, size(file) - 5) },
    "a log cut to nothing": { file: /\.log$/, damage: (file) => truncateSync(file, 0) },
    "a flipped bit in the last batch of a log": { file: /\.log$/, damage: (file) => flip(file, size(file) - 20) },
    "a flipped bit in the middle of a log": { file: /\.log$/, damage: (file) => flip(file, size(file) >> 1) },
    "a flipped bit in the first head of a log": { file: /\.log$/, damage: (file) => flip(file, 4) },
    "a missing log": { file: /\.log$/, damage: (file) => rmSync(file) },
    "a flipped bit in a table": { file: /\.ldb$/, damage: (file) => flip(file, 100) },
    "a flipped bit in the index of a table": { file: /\.ldb$/, damage: (file) => flip(file, size(file) - 80) },
    "a flipped bit in the footer of a table": { file: /\.ldb$/, damage: (file) => flip(file, size(file) - 3) },
    "a table cut short": { file: /\.ldb$/, damage: (file) => truncateSync(file, size(file) - 1000) },
    "a missing table": { file: /\.ldb$/, damage: (file) => rmSync(file) },
    "a missing CURRENT": { file: /^CURRENT$/, damage: (file) => rmSync(file) },
    "an empty CURRENT": { file: /^CURRENT$/, damage: (file) => truncateSync(file, 0) },
    "a missing MANIFEST": { file: /^MANIFEST-/, damage: (file) => rmSync(file) },
    "a flipped bit in a MANIFEST": { file: /^MANIFEST-/, damage: (file) => flip(file, 30) },
    "a MANIFEST cut by a few bytes": { file: /^MANIFEST-/, damage: (file) => truncateSync(file, size(file) - 3) },
  };
  test.each(Object.entries(damages))("%s", async (_name, { file: pattern, damage }) => {
    const path = copy();
    const file = fileOf(path, pattern);
    damage(file);
    const before = readdirSync(path);
    await expect(openLevelStore(path)).rejects.toMatchObject({
      code: "DATA_CORRUPT",
      message: expect.stringContaining(path),
      place: expect.stringContaining(path),
      cure: expect.stringContaining("restore"),
    });
    expect(readdirSync(path)).toEqual(before);
  });

  test("without the mark, damage before the end of a log is still noticed: later writes are there", async () => {
    const path = copy();
    rmSync(join(path, "DURABLE"));
    const log = fileOf(path, /\.log$/);
    flip(log, size(log) >> 1);
    await expect(openLevelStore(path)).rejects.toMatchObject({ code: "DATA_CORRUPT", place: log });
  });

  test("all files but the mark are gone", async () => {
    const path = copy();
    for (const name of readdirSync(path)) if (name !== "DURABLE") rmSync(join(path, name));
    await expect(openLevelStore(path)).rejects.toMatchObject({ code: "DATA_CORRUPT", place: join(path, "CURRENT") });
  });

  test("any single flipped byte of a log, a table or a MANIFEST is noticed", async () => {
    const path = copy();
    const missed: string[] = [];
    for (const pattern of [/\.log$/, /\.ldb$/, /^MANIFEST-/]) {
      const file = fileOf(path, pattern);
      const bytes = size(file);
      for (let position = 0; position < bytes; position += Math.max(1, Math.floor(bytes / 150))) {
        flip(file, position);
        if (refused(path) === undefined) missed.push(`${file} at ${position} of ${bytes}`);
        flip(file, position);
      }
    }
    expect(refused(path)).toBeUndefined();
    expect(missed).toEqual([]);
  });
});

describe("a store with more tables than a start reads", () => {
  const tableBytesAtStartMax = 0;

  test("opens at once, and a damaged table stops the writing when it is found", { timeout: 30_000 }, async () => {
    const path = copy();
    const table = fileOf(path, /\.ldb$/, "first");
    flip(table, Math.floor(size(table) / 2));
    const store = await openLevelStore(path, { tableBytesAtStartMax });
    const found = async (): Promise<string | undefined> => {
      try {
        await store.writeSynced([{ key: "one", value: Buffer.from("more") }]);
        return undefined;
      } catch (error) {
        return String(error);
      }
    };
    const refusal = await until(found, { what: "the write to be refused", timeoutMs: 20_000 });
    await store.close();
    expect(refusal).toContain(table);
    expect(refusal).toContain("checksum");
  });

  test("still refuses a table that is missing or cut before it opens", async () => {
    const missing = copy();
    rmSync(fileOf(missing, /\.ldb$/, "first"));
    await expect(openLevelStore(missing, { tableBytesAtStartMax })).rejects.toMatchObject({ code: "DATA_CORRUPT" });
    const cut = copy();
    const table = fileOf(cut, /\.ldb$/, "first");
    truncateSync(table, size(table) - 1);
    await expect(openLevelStore(cut, { tableBytesAtStartMax })).rejects.toMatchObject({ code: "DATA_CORRUPT" });
  });

  test("reads all of them in the end, and goes on when they are whole", { timeout: 30_000 }, async () => {
    const store = await openLevelStore(copy(), { tableBytesAtStartMax });
    await store.writeSynced([{ key: "one", value: Buffer.from("more") }]);
    expect(Buffer.from(store.get("one") ?? []).toString()).toBe("more");
    await store.close();
  });
});

function refused(path: string): unknown {
  try {
    checkLevelFolder(path, "everything");
    return undefined;
  } catch (error) {
    return error;
  }
}

test("a store whose making was killed before it held anything is made again", async () => {
  const path = join(folder, "made");
  mkdirSync(path);
  // LevelDB has written these files by then (a start from a backup was killed there).
  for (const name of ["LOG", "LOCK", "MANIFEST-000001", "000001.dbtmp"]) writeFileSync(join(path, name), "");
  const store = await openLevelStore(path);
  await store.writeSynced([{ key: "row", value: Buffer.from("value") }]);
  await store.close();
  const again = await openLevelStore(path);
  expect(Buffer.from(again.get("row") ?? []).toString()).toBe("value");
  await again.close();
});
