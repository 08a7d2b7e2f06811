/** A savepoint can be written in plain SQL; one that is incomplete or unsound is refused with the place and the cure. */
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readSavepointFile } from "../src/adapters/savepoint/savepoint-read.ts";
import type { SavepointRow } from "../src/model/savepoint-rows.ts";
import { savepointFiles } from "../src/savepoint-files.ts";
import { savepointEntries } from "../src/testing/oracles/savepoint-entries.ts";

let folder = "";
let next = 0;
const freshPath = (): string => join(folder, `savepoint-${++next}.sqlite`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-by-hand-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function byHand(sql: string): string {
  const path = freshPath();
  const database = new Database(path);
  database.exec(sql);
  database.close();
  return path;
}

async function read(path: string) {
  const file = await readSavepointFile(path);
  try {
    return { header: file.header, rows: [...file.rows] };
  } finally {
    file.close();
  }
}

async function expectRefusal(
  path: string,
  expected: { readonly says: string; readonly cure?: string },
  expectedChecksum?: string,
): Promise<void> {
  await expect(readSavepointFile(path, { expectedChecksum })).rejects.toMatchObject({
    name: "EngineError",
    code: "SAVEPOINT_UNREADABLE",
    message: expect.stringContaining(expected.says),
    cure: expect.stringContaining(expected.cure ?? ""),
  });
}

const head = "CREATE TABLE savepoint (format_version INTEGER NOT NULL); INSERT INTO savepoint VALUES (1);";
const state = "CREATE TABLE state (type TEXT, id TEXT, name TEXT, typename TEXT, value BLOB);";
const oneState = "INSERT INTO state VALUES ('shop/cart', 'anna', 'count', 'io.statefun.types/int', x'0807');";

async function engineFile(rows: number): Promise<{ path: string; checksum: string }> {
  function* each(): Generator<SavepointRow> {
    for (let id = 0; id < rows; id += 1)
      yield {
        kind: "state",
        type: "a/b",
        id: `${id}`,
        name: "x",
        typename: "t/t",
        bytes: new Uint8Array(100),
        writtenMs: 0,
        expiresMs: undefined,
      };
  }
  return savepointFiles.write({
    path: freshPath(),
    header: { epoch: 1, nextSequence: 1, createdMs: 0, engineVersion: "0.1.0" },
    scans: [savepointEntries(each())],
  });
}

describe("a file written in plain SQL", () => {
  test("needs a format version and state; all else has defaults", async () => {
    const { header, rows } = await read(byHand(head + state + oneState));
    expect(header).toMatchObject({ formatVersion: 1, epoch: 0, nextSequence: 1, engineVersion: "" });
    expect(header.createdMs).toBeGreaterThan(0);
    expect(rows).toEqual([
      {
        kind: "state",
        type: "shop/cart",
        id: "anna",
        name: "count",
        typename: "io.statefun.types/int",
        bytes: Buffer.from([8, 7]),
        writtenMs: header.createdMs,
        expiresMs: undefined,
      },
    ]);
  });

  test("the example of the documentation is a sound file", async () => {
    const document = await readFile(new URL("../../../docs/savepoint-format.md", import.meta.url), "utf8");
    const examples = [...document.matchAll(/```sql\n([\s\S]*?)```/g)].map((match) => match[1] ?? "");
    expect(examples.length).toBeGreaterThanOrEqual(2);
    for (const example of examples) expect((await read(byHand(example))).header.formatVersion).toBe(1);
  });

  test("may hold messages, timers and other rows with only their required columns", async () => {
    const path = byHand(`${head}${state}
      CREATE TABLE message (sequence INTEGER, target_type TEXT, target_id TEXT, typename TEXT, value BLOB);
      INSERT INTO message VALUES (5, 'shop/cart', 'anna', 'io.statefun.types/string', x'');
      CREATE TABLE delayed_message (sequence INTEGER, caller_type TEXT, caller_id TEXT, target_type TEXT, target_id TEXT, typename TEXT, value BLOB, due_ms INTEGER);
      INSERT INTO delayed_message VALUES (9, 'a/b', '1', 'a/b', '2', 't/t', x'01', 77);
      CREATE TABLE entity (type TEXT, id TEXT, status TEXT);
      INSERT INTO entity VALUES ('a/b', '1', 'paused');
      CREATE TABLE state_spec (type TEXT, name TEXT, typename TEXT);
      INSERT INTO state_spec VALUES ('a/b', 'x', 't/t');`);
    const { header, rows } = await read(path);
    expect(header.nextSequence).toBe(10);
    expect(rows).toMatchObject([
      { kind: "message", sequence: 5, trace: 5, caller: undefined },
      { kind: "delayed", sequence: 9, trace: 9, dueMs: 77, token: "" },
      { kind: "entity", status: "paused", failure: undefined, attempts: 0 },
      { kind: "spec", spec: { expiration: { mode: "none", afterMs: 0 } } },
    ]);
  });

  test("case and collation do not make two ids one", async () => {
    const path = byHand(`${head} CREATE TABLE state (type TEXT, id TEXT COLLATE NOCASE, name TEXT, typename TEXT, value BLOB);
      INSERT INTO state VALUES ('a/b', 'X', 'n', 't', x''), ('a/b', 'x', 'n', 't', x'');`);
    expect((await read(path)).rows).toHaveLength(2);
  });

  const faults: readonly [what: string, sql: string, says: string, cure: string][] = [
    ["no header table", state, "without the table savepoint", "savepoint-format.md"],
    ...["[7]", "[7, -1]", "{}", "x"].map((ends): [string, string, string, string] => [
      `partition_ends ${ends}`,
      `CREATE TABLE savepoint (format_version INTEGER, partition_ends TEXT); INSERT INTO savepoint VALUES (5, '${ends}');${state}`,
      "table savepoint: partition_ends is no list of 2 to 64 sequences",
      "or NULL",
    ]),
    ["no header row", `CREATE TABLE savepoint (format_version INTEGER);${state}`, "no row", "exactly one"],
    ["two header rows", `${head}INSERT INTO savepoint VALUES (1);${state}`, "more than one row", "exactly one"],
    [
      "a newer format",
      `CREATE TABLE savepoint (format_version INTEGER); INSERT INTO savepoint VALUES (6);`,
      "format version 6",
      "newer release",
    ],
    [
      "a version that is text",
      `CREATE TABLE savepoint (format_version); INSERT INTO savepoint VALUES ('1');${state}`,
      "format_version is 1",
      "write 5",
    ],
    ["no state table", head, "no table state", "create it"],
    ["a view in a table's place", `${head}CREATE VIEW state AS SELECT 1 AS type`, "has a view state", "remove it"],
    ["a view beside", `${head}CREATE VIEW v AS SELECT load_extension('x')`, "has a view v", "remove it"],
    ["a trigger", `${head}CREATE TRIGGER t AFTER INSERT ON savepoint BEGIN DELETE FROM savepoint; END`, "has a trigger t", "remove it"],
    ["a virtual table", `${head}CREATE VIRTUAL TABLE f USING fts5(x)`, "has a virtual table f", "remove it"],
    [
      "a virtual table in a table's place",
      `${head}CREATE VIRTUAL TABLE state USING fts5(type, id, name, typename, value)`,
      "has a virtual table state",
      "remove it",
    ],
    ["a computed column", `${head}CREATE TABLE g (a TEXT, b TEXT AS (a || a))`, "g.b", "ordinary column"],
    [
      "a stored computed column",
      `${head}CREATE TABLE state (type TEXT, id TEXT, name TEXT, typename TEXT, value BLOB AS (CAST(id AS BLOB)) STORED)`,
      ".value",
      "ordinary column",
    ],
    [
      "hundreds of tables",
      `${head}${Array.from({ length: 201 }, (_, i) => `CREATE TABLE t${i} (a)`).join(";")}`,
      "more than 200 tables",
      "keep those",
    ],
    ["a missing column", `${head}CREATE TABLE state (type TEXT, id TEXT, name TEXT, value BLOB)`, "lacks typename", "add the column"],
    [
      "text for a blob",
      `${head}${state}INSERT INTO state VALUES ('a/b', 'anna', 'n', 't', 'seven')`,
      "'a/b' / 'anna' / 'n': value is not BLOB",
      "CAST(",
    ],
    [
      "a number for an id",
      `${head}CREATE TABLE state (type, id, name, typename, value);INSERT INTO state VALUES ('a/b', 7, 'n', 't', x'')`,
      "id is not TEXT",
      "single quotes",
    ],
    ["NULL for an id", `${head}${state}INSERT INTO state VALUES ('a/b', NULL, 'n', 't', x'')`, "id is not TEXT", "single quotes"],
    [
      "an id of bytes that are no text, which would become another id",
      `${head}${state}INSERT INTO state VALUES ('a/b', CAST(x'61ff62' AS TEXT), 'n', 't', x'')`,
      "id is not well-formed text",
      "UTF-8",
    ],
    [
      "such bytes behind a NUL",
      `${head}${state}INSERT INTO state VALUES ('a/b', CAST(x'6100ff' AS TEXT), 'n', 't', x'')`,
      "id is not well-formed text",
      "UTF-8",
    ],
    [
      "texts in UTF-16, where half a surrogate pair becomes another character",
      `PRAGMA encoding = 'UTF-16le';${head}${state}INSERT INTO state VALUES ('a/b', CAST(x'610000d8' AS TEXT), 'n', 't', x'')`,
      "texts in UTF-16le",
      "PRAGMA encoding",
    ],
    [
      "a value that no reply could have held",
      `${head}${state}INSERT INTO state VALUES ('a/b', 'x', 'n', 't', zeroblob(134217729))`,
      "value has more than 134217728 bytes",
      "store less",
    ],
    [
      "an id of two megabytes",
      `${head}${state}INSERT INTO state VALUES ('a/b', CAST(zeroblob(2000000) AS TEXT), 'n', 't', x'')`,
      "id has more than 1048576 bytes",
      "store less",
    ],
    [
      "a type without namespace",
      `${head}${state}INSERT INTO state VALUES ('cart', 'anna', 'n', 't', x'')`,
      '"cart" is not a typename',
      "<namespace>/<name>",
    ],
    ["a state value twice", head + state + oneState + oneState, "more than once", "PRIMARY KEY"],
    [
      "a fraction for a time",
      `${head}CREATE TABLE state (type TEXT, id TEXT, name TEXT, typename TEXT, value BLOB, written_ms INTEGER);INSERT INTO state VALUES ('a/b', '1', 'n', 't', x'', 1.5)`,
      "written_ms is not INTEGER",
      "whole number",
    ],
    [
      "a number beyond 2^53",
      `${head}${state}CREATE TABLE producer (producer TEXT, sequence INTEGER);INSERT INTO producer VALUES ('p', 9007199254740993)`,
      "sequence is not acceptable",
      "9007199254740991",
    ],
    [
      "an unknown status",
      `${head}${state}CREATE TABLE entity (type TEXT, id TEXT, status TEXT);INSERT INTO entity VALUES ('a/b', '1', 'dead')`,
      "status is not acceptable",
      "paused, parked",
    ],
    [
      "half a caller",
      `${head}${state}CREATE TABLE message (sequence INTEGER, caller_type TEXT, caller_id TEXT, target_type TEXT, target_id TEXT, typename TEXT, value BLOB);INSERT INTO message VALUES (1, 'a/b', NULL, 'a/b', '1', 't', x'')`,
      "caller_id is not acceptable",
      "both",
    ],
    [
      "a next sequence that was used",
      `CREATE TABLE savepoint (format_version INTEGER, next_sequence INTEGER);INSERT INTO savepoint VALUES (1, 5);${state}CREATE TABLE message (sequence INTEGER, target_type TEXT, target_id TEXT, typename TEXT, value BLOB);INSERT INTO message VALUES (5, 'a/b', '1', 't', x'')`,
      "next_sequence is 5",
      "above 5",
    ],
    [
      "an engine's name but only some tables",
      `CREATE TABLE savepoint (format_version INTEGER, engine_version TEXT);INSERT INTO savepoint VALUES (1, '0.1.0');${state}`,
      "no table message",
      "create it",
    ],
  ];
  test.each(faults)("with %s is refused", async (...[, sql, says, cure]) => {
    await expectRefusal(byHand(sql), { says, cure });
  });

  test("with ids of many scripts and with a NUL is read as it was written", async () => {
    const path = byHand(`${head}${state}
      INSERT INTO state VALUES ('a/b', 'größe 日本 🚲', 'n', 't', x'01'), ('a/b', 'a' || char(0) || 'b', 'n', 't', x'02');`);
    const ids = (await read(path)).rows.map((row) => (row.kind === "state" ? row.id : ""));
    expect(ids.toSorted()).toEqual(["a\0b", "größe 日本 🚲"]);
  });

  test("that still has writes in a write-ahead log is refused until the tool is closed", async () => {
    const path = freshPath();
    const database = new Database(path);
    database.pragma("journal_mode = WAL");
    database.exec(head + state + oneState);
    await expectRefusal(path, { says: "unfinished writes", cure: "journal_mode" });
    database.close();
    expect((await read(path)).rows).toHaveLength(1);
    expect((await read(path)).rows).toHaveLength(1);
  });
});

describe("a file that is no longer a savepoint", () => {
  test("is refused when it does not exist, is a folder, empty, random bytes or a text", async () => {
    await expectRefusal(freshPath(), { says: "cannot be opened", cure: "path" });
    await expectRefusal(folder, { says: "a folder", cure: "name a savepoint file" });
    for (const [content, says] of [
      ["", "is empty"],
      [Buffer.from(Array.from({ length: 9_000 }, (_, index) => (index * 7919) % 256)), "no SQLite file"],
      ["SQLite format 4", "no SQLite file"],
      ["SQLite format 3\0", "is cut"],
    ] as const) {
      const path = freshPath();
      await writeFile(path, content);
      await expectRefusal(path, { says });
    }
  });

  test("is refused when it is a pipe or a device, or has one where SQLite looks for a journal; nothing blocks on it", async () => {
    const pipe = freshPath();
    execFileSync("mkfifo", [pipe]);
    await expectRefusal(pipe, { says: "a pipe", cure: "name a savepoint file" });
    await expectRefusal("/dev/zero", { says: "a device" });
    for (const suffix of ["-journal", "-wal"]) {
      const { path } = await engineFile(1);
      execFileSync("mkfifo", [path + suffix]);
      await expectRefusal(path, { says: `${suffix} is no regular file`, cure: "remove it" });
    }
  });

  test("is refused wherever it was cut", async () => {
    const { path } = await engineFile(500);
    const whole = await readFile(path);
    for (const length of [50, 100, 4_096, 8_192, Math.floor(whole.length / 2), whole.length - 1]) {
      await writeFile(path, whole);
      await truncate(path, length);
      await expectRefusal(path, { says: "is cut" });
    }
  });

  test("is refused when its bytes differ from its record, before SQLite sees it", async () => {
    const { path, checksum } = await engineFile(10);
    const changed = await readFile(path);
    changed[changed.length - 10] = (changed[changed.length - 10] ?? 0) ^ 1;
    await writeFile(path, changed);
    await expectRefusal(path, { says: checksum, cure: "another savepoint" }, checksum);
  });

  test("is refused when pages inside it are damaged", async () => {
    const { path } = await engineFile(2_000);
    const whole = await readFile(path);
    whole.fill(0x5a, 8_192 * 9, 8_192 * 20);
    await writeFile(path, whole);
    await expectRefusal(path, { says: "damaged" });
  });
});
