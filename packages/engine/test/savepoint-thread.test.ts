/** The thread that writes a savepoint: its file holds the rows that plain inserts would have put there, and an early end leaves nothing. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { headerCells, toCells } from "../src/adapters/savepoint/savepoint-cells.ts";
import { ChunkPacker, chunkBytesMax, entriesOf } from "../src/adapters/savepoint/savepoint-chunk.ts";
import { createTableStatements, savepointTables } from "../src/adapters/savepoint/savepoint-tables.ts";
import { createSavepointWrite } from "../src/adapters/savepoint/savepoint-write.ts";
import { savepointKeyTables, savepointRowsOf } from "../src/core/store/savepoint-entry.ts";
import { savepointFormatVersion, savepointRowKinds, type SavepointRow } from "../src/model/savepoint-rows.ts";
import type { StoreEntry } from "../src/ports/store.ts";
import { savepointFiles } from "../src/savepoint-files.ts";
import { savepointEntries } from "../src/testing/oracles/savepoint-entries.ts";

let folder = "";
let next = 0;
const header = { epoch: 41, nextSequence: 2 ** 40, createdMs: 1_700_000_000_000, engineVersion: "0.1.0" };
const freshPath = (): string => join(folder, `savepoint-${++next}.sqlite`);
const filesNow = () => readdir(folder);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-savepoint-thread-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/**
 * There are rows of every kind, more than one statement takes, with values from none to more than a chunk and ids of one to four bytes a
 * character.
 */
function* manyRows(): Generator<SavepointRow> {
  for (let index = 0; index < 1_234; index++) {
    const address = { type: `shop/cart-${index % 3}`, id: ["a", "ä", "€", "😀"][index % 4]?.repeat(index % 50) + String(index) };
    const bytes = Buffer.alloc(index === 1_000 ? 2 * chunkBytesMax : (index * 7) % 600, index % 256);
    const message = {
      trace: index,
      target: address,
      value: { typename: "t/t", bytes },
      atMs: index,
      headers: index % 3 === 0 ? '[["a","b"]]' : undefined,
    };
    yield {
      kind: "state",
      ...address,
      name: "a",
      typename: "t/t",
      bytes,
      writtenMs: index,
      expiresMs: index % 2 === 0 ? undefined : index,
    };
    yield { kind: "state", ...address, name: "b\0", typename: `t/${index}`, bytes, writtenMs: 2 ** 52, expiresMs: undefined };
    yield { kind: "message", sequence: 5 * index, caller: index % 2 === 0 ? undefined : address, ...message };
    yield { kind: "delayed", sequence: 5 * index + 1, caller: address, dueMs: index, token: index % 2 === 0 ? "" : `${index}`, ...message };
    yield { kind: "egress", sequence: 5 * index + 2, egress: "out/put", from: address, ...message };
    yield { kind: "entity", address, status: "paused", failure: undefined, attempts: index, sinceMs: 7 };
    yield { kind: "producer", producer: address.id, sequence: index, position: undefined };
    yield { kind: "idempotency", key: address.id, target: address, messageId: index, traceId: 2, atMs: 3, digest: 5 };
  }
}

/** Returns what SQL reads from a file, whatever its pages look like. */
function dump(path: string): unknown {
  const database = new Database(path, { readonly: true });
  try {
    const tables = database.prepare<[], { name: string; sql: string }>("SELECT name, sql FROM sqlite_schema ORDER BY name").all();
    return {
      userVersion: database.pragma("user_version"),
      applicationId: database.pragma("application_id"),
      tables: tables.map(({ name, sql }) => ({ sql, rows: database.prepare(`SELECT * FROM ${name}`).raw().all() })),
    };
  } finally {
    database.close();
  }
}

/** Writes the same rows by one INSERT each. */
async function writePlainly(path: string): Promise<void> {
  const database = new Database(path);
  database.pragma(`application_id = ${0x53425350}`);
  database.pragma(`user_version = ${savepointFormatVersion}`);
  for (const statement of createTableStatements()) database.exec(statement);
  const insert = (table: string, cells: readonly unknown[]): void =>
    void database.prepare(`INSERT INTO ${table} VALUES (${cells.map(() => "?").join(", ")})`).run(cells);
  database.exec("BEGIN");
  insert("savepoint", headerCells({ ...header, formatVersion: savepointFormatVersion }));
  for await (const [key, value] of savepointEntries(manyRows()))
    for (const row of savepointRowsOf(key, value)) insert(savepointTables[row.kind].name, toCells(row));
  database.exec("COMMIT");
  database.close();
}

describe("the file", () => {
  test("holds what plain inserts of the same rows hold, in the same tables", async () => {
    const [written, plain] = [freshPath(), freshPath()];
    await savepointFiles.write({ path: written, header, scans: [savepointEntries(manyRows())] });
    await writePlainly(plain);
    expect(dump(written)).toEqual(dump(plain));
  });

  test("holds the rows of several scans, in whatever order they arrive", async () => {
    const path = freshPath();
    const [first, second] = [[...manyRows()].slice(0, 2_000), [...manyRows()].slice(2_000)].map((rows) =>
      rows.filter(({ kind }) => kind === "message"),
    );
    const scans = [savepointEntries(second ?? []), savepointEntries(first ?? [])];
    await expect(savepointFiles.write({ path, header, scans })).resolves.toMatchObject({ messages: 1_234, entities: 1_234 });
  });

  test("has the same content when cores are scarce: the thread only rests between chunks", async () => {
    const [gently, plain] = [freshPath(), freshPath()];
    let asked = 0;
    const write = createSavepointWrite(new URL("../src/savepoint-thread.ts", import.meta.url), { areScarce: () => ++asked > 0 });
    await write({ path: gently, header, scans: [savepointEntries(manyRows())] });
    expect(asked).toBeGreaterThan(2);
    await writePlainly(plain);
    expect(dump(gently)).toEqual(dump(plain));
  });

  test("has a table for each that is read from a store", async () => {
    const read = new Set<string>();
    for await (const [key, value] of savepointEntries(manyRows())) for (const { kind } of savepointRowsOf(key, value)) read.add(kind);
    expect([...read].toSorted()).toEqual([...savepointRowKinds].toSorted());
    expect(savepointKeyTables).toHaveLength(savepointRowKinds.length);
  });
});

describe("a chunk", () => {
  test("gives back the entries that were packed, a large one too, and ends before its limit", () => {
    const entries: StoreEntry[] = ["", "s\0a\0b", "😀€ä"].flatMap((key) => [
      [key, new Uint8Array(0)],
      [key, Buffer.from("value")],
    ]);
    const packer = new ChunkPacker();
    expect(packer.take()).toBeUndefined();
    for (const entry of entries) packer.add(entry);
    expect(packer.hasRoomFor(["", new Uint8Array(chunkBytesMax)])).toBe(false);
    expect(packed(packer)).toEqual(entries.map(([key, value]) => [key, Buffer.from(value).toString()]));
    packer.add(["large", Buffer.alloc(chunkBytesMax, "x")]);
    expect(packed(packer)).toEqual([["large", "x".repeat(chunkBytesMax)]]);
  });

  function packed(packer: ChunkPacker): string[][] {
    const chunk = packer.take();
    return chunk === undefined ? [] : [...entriesOf(chunk)].map(([key, value]) => [key, Buffer.from(value).toString()]);
  }
});

describe("a thread that ends early", () => {
  /** The thread runs this for each order; `port` and `order` are in scope. */
  const threadThat = (body: string): URL =>
    new URL(
      `data:text/javascript,${encodeURIComponent(`import { parentPort as port } from "node:worker_threads"; port.on("message", (order) => { ${body} });`)}`,
    );
  const endless = async function* (): AsyncGenerator<StoreEntry> {
    for (let index = 0; ; index++) {
      if (index % 1_000 === 0) await new Promise((resolve) => setImmediate(resolve));
      yield [`s\0a/b\0${index}\0x`, Buffer.alloc(100)];
    }
  };

  test("by its death fails the savepoint, even while chunks wait for it", async () => {
    const write = createSavepointWrite(threadThat("process.exit(3)"));
    await expect(write({ path: freshPath(), header, scans: [endless()] })).rejects.toMatchObject({
      code: "SAVEPOINT_FAILED",
      message: expect.stringContaining("ended with code 3"),
    });
  });

  test("by an error of its own fails the savepoint with its words", async () => {
    const write = createSavepointWrite(threadThat("throw new Error('out of order')"));
    await expect(write({ path: freshPath(), header, scans: [endless()] })).rejects.toMatchObject({
      code: "SAVEPOINT_FAILED",
      message: expect.stringContaining("out of order"),
    });
  });

  test("by a full disk is DISK_FULL", async () => {
    const write = createSavepointWrite(
      threadThat(`port.postMessage({ kind: "failed", code: "SQLITE_FULL", message: "database or disk is full" }); port.close()`),
    );
    await expect(write({ path: freshPath(), header, scans: [endless()] })).rejects.toMatchObject({ code: "DISK_FULL" });
  });

  test("by an entry that is damaged fails the savepoint and leaves no part", async () => {
    const before = await filesNow();
    const damaged = async function* (): AsyncGenerator<StoreEntry> {
      yield* savepointEntries(manyRows());
      yield ["s\0a/b\0c\0d", Buffer.from([1, 1, 200])];
    };
    await expect(savepointFiles.write({ path: freshPath(), header, scans: [damaged()] })).rejects.toMatchObject({
      code: "SAVEPOINT_FAILED",
      message: expect.stringContaining("record ends early"),
    });
    expect(await filesNow()).toEqual(before);
  });

  test("rests as long as its writer says, and only when cores are scarce", async () => {
    const told = async (scarce: boolean): Promise<string> => {
      const refusal = `port.postMessage({ kind: "failed", code: "", message: "told to rest " + order.restShare }); port.close()`;
      const write = createSavepointWrite(threadThat(refusal), { areScarce: () => scarce });
      return write({ path: freshPath(), header, scans: [endless()] }).then(() => "written", String);
    };
    expect(await told(true)).toContain("told to rest 1.25");
    expect(await told(false)).toContain("told to rest 0");
  });

  test("does not let a source run ahead of the written rows", async () => {
    let given = 0;
    const counting = async function* (): AsyncGenerator<StoreEntry> {
      for await (const entry of endless()) {
        given++;
        yield entry;
      }
    };
    const controller = new AbortController();
    // This thread never answers.
    const write = createSavepointWrite(threadThat(""));
    const writing = write({ path: freshPath(), header, scans: [counting()], signal: controller.signal });
    let seen = -1;
    while (seen !== given || given === 0) {
      seen = given;
      for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(given * 100).toBeLessThan(8 * chunkBytesMax);
    controller.abort();
    await expect(writing).rejects.toMatchObject({ code: "SAVEPOINT_FAILED", message: expect.stringContaining("cancelled") });
  });
});
