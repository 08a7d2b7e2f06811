/** A savepoint file gives back exactly the rows that were put in, appears only when it is whole, and keeps messages flowing meanwhile. */
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readSavepointFile } from "../src/adapters/savepoint/savepoint-read.ts";
import type { PauseEnd } from "@signalbox/runtime/model/pause-end";
import { savepointFormatVersion, type SavepointRow } from "../src/model/savepoint-rows.ts";
import type { SavepointFileRequest } from "../src/ports/savepoint-files.ts";
import type { StoreEntry } from "../src/ports/store.ts";
import { savepointFiles } from "../src/savepoint-files.ts";
import { savepointEntries } from "../src/testing/oracles/savepoint-entries.ts";

let folder = "";
let next = 0;
const freshPath = (): string => join(folder, `savepoint-${++next}.sqlite`);
const header = { epoch: 41, nextSequence: 2 ** 52, createdMs: 1_700_000_000_000, engineVersion: "0.1.0" };
const failure = JSON.stringify({ code: "REPLY_STATUS", scope: "entity", message: "500", cure: "Mend it." });
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const oddIds = ["", "\0", "a\0b", "a\0", "😀", "'; DROP TABLE state; --", "ü", "\uFFFD", "line\nbreak", "x".repeat(5_000)];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-savepoint-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Written = Omit<SavepointFileRequest, "header" | "scans"> & { readonly rows: Iterable<SavepointRow> };

const write = ({ rows, ...request }: Written) => savepointFiles.write({ ...request, header, scans: [savepointEntries(rows)] });

async function readAll(path: string, expectedChecksum?: string) {
  const file = await readSavepointFile(path, { expectedChecksum });
  try {
    return { header: file.header, rows: [...file.rows] };
  } finally {
    file.close();
  }
}

/** Compares as Buffer or Uint8Array, because only the bytes matter. */
const plain = (rows: readonly SavepointRow[]): string[] =>
  rows
    .map((row) =>
      JSON.stringify(row, (_, value: unknown) =>
        isBytes(value) ? Buffer.from(value).toString("hex") : value === undefined ? "(none)" : value,
      ),
    )
    .toSorted();
const isBytes = (value: unknown): value is Uint8Array =>
  value instanceof Uint8Array || (typeof value === "object" && value !== null && "type" in value && value.type === "Buffer");

function everyKind(): SavepointRow[] {
  const big = 2 ** 52 - 1;
  const addresses = oddIds.map((id) => ({ type: "shop/cart", id }));
  const int64Max = Buffer.from([8, 255, 255, 255, 255, 255, 255, 255, 255, 127]);
  const kinds = addresses.flatMap((address, index): SavepointRow[] => [
    { kind: "state", ...address, name: "count", typename: "io.statefun.types/long", bytes: int64Max, writtenMs: 0, expiresMs: undefined },
    { kind: "state", ...address, name: "", typename: "", bytes: new Uint8Array(0), writtenMs: big, expiresMs: big },
    {
      kind: "message",
      sequence: 3 * index,
      trace: big,
      caller: undefined,
      target: address,
      value: { typename: "t/t", bytes: bytes("m") },
      atMs: 1,
      headers: undefined,
    },
    {
      kind: "message",
      sequence: big - 3 * index,
      trace: 2 ** 51 + index,
      caller: address,
      target: address,
      value: { typename: "t/t", bytes: new Uint8Array(0) },
      atMs: 2 ** 51 - 1,
      headers: JSON.stringify([[address.id, "käse"]]),
    },
    {
      kind: "delayed",
      sequence: 3 * index + 1,
      trace: 1,
      caller: address,
      target: { type: "a/b", id: "" },
      value: { typename: "t/t", bytes: Uint8Array.from([0, 255, 0]) },
      dueMs: 2 ** 52 + 1,
      token: address.id,
      headers: '[["a",{"base64":"/w=="}]]',
    },
    {
      kind: "egress",
      sequence: 3 * index + 2,
      trace: 1,
      egress: "out/put",
      from: address,
      value: { typename: "t/t", bytes: bytes("e") },
      atMs: 5,
      headers: "[]",
    },
    {
      kind: "entity",
      address,
      status: index % 2 === 0 ? "paused" : "parked",
      failure: index % 3 === 0 ? undefined : failure,
      attempts: index,
      sinceMs: 7,
      untilMs: index % 2 === 0 ? 2 ** 52 + 1 : undefined,
      pausedBy: index % 2 === 0 ? address.id : undefined,
    },
    {
      kind: "spec",
      type: "shop/cart",
      spec: { name: address.id, typename: "t/t", expiration: { mode: index % 2 === 0 ? "after-write" : "none", afterMs: index } },
    },
    { kind: "producer", producer: address.id, sequence: big, position: undefined },
    { kind: "idempotency", key: address.id, target: address, messageId: big, traceId: 2, atMs: 3, digest: big },
  ]);
  // A store that has state has the specs of its function type.
  const spec = { name: "count", typename: "io.statefun.types/long", expiration: { mode: "none" as const, afterMs: 0 } };
  return [...kinds, { kind: "spec", type: "shop/cart", spec }];
}

/** The ends of pauses as the gateway gives them, because no store holds them. */
function pauseEndsOf(rows: readonly SavepointRow[]): PauseEnd[] {
  return rows.flatMap((row) =>
    row.kind === "entity" && row.untilMs !== undefined
      ? [{ address: row.address, by: row.pausedBy ?? "", sinceMs: row.sinceMs, untilMs: row.untilMs }]
      : [],
  );
}

describe("writing and reading", () => {
  test("every kind of row comes back as it was, with odd ids and whole 64-bit values", async () => {
    const path = freshPath();
    const rows = everyKind();
    const written = await write({ path, rows, pauseEnds: () => pauseEndsOf(rows) });
    const read = await readAll(path, written.checksum);
    expect(plain(read.rows)).toEqual(plain(rows));
    expect(read.header).toEqual({ formatVersion: savepointFormatVersion, ...header });
    expect(written).toEqual({
      path,
      epoch: 41,
      entities: oddIds.length,
      messages: 2 * oddIds.length,
      delayedMessages: oddIds.length,
      egressRecords: oddIds.length,
      sizeBytes: (await stat(path)).size,
      checksum: createHash("sha256")
        .update(await readFile(path))
        .digest("hex"),
    });
  });

  test("messages come back in the order of their sequence", async () => {
    const path = freshPath();
    const message = (sequence: number): SavepointRow => ({
      kind: "message",
      sequence,
      trace: 0,
      caller: undefined,
      target: { type: "a/b", id: "1" },
      value: { typename: "t/t", bytes: bytes("") },
      atMs: 0,
    });
    await write({ path, rows: [10, 9, 100, 2 ** 52 - 1, 1].map(message) });
    expect((await readAll(path)).rows.map((row) => (row.kind === "message" ? row.sequence : -1))).toEqual([1, 9, 10, 100, 2 ** 52 - 1]);
  });

  test("an engine without any state has a savepoint too", async () => {
    const path = freshPath();
    expect(await write({ path, rows: [] })).toMatchObject({ entities: 0, messages: 0 });
    expect((await readAll(path)).rows).toEqual([]);
  });

  test("an entity counts once, whether it has state, a mailbox, a status or all of them", async () => {
    const target = (id: string) => ({ type: "a/b", id });
    const rows: SavepointRow[] = [
      { kind: "state", ...target("1"), name: "x", typename: "t/t", bytes: bytes(""), writtenMs: 0, expiresMs: undefined },
      { kind: "state", ...target("1"), name: "y", typename: "t/t", bytes: bytes(""), writtenMs: 0, expiresMs: undefined },
      {
        kind: "message",
        sequence: 1,
        trace: 1,
        caller: undefined,
        target: target("1"),
        value: { typename: "t/t", bytes: bytes("") },
        atMs: 0,
      },
      {
        kind: "message",
        sequence: 2,
        trace: 2,
        caller: undefined,
        target: target("2"),
        value: { typename: "t/t", bytes: bytes("") },
        atMs: 0,
      },
      { kind: "entity", address: target("3"), status: "paused", failure: undefined, attempts: 0, sinceMs: 0 },
    ];
    expect(await write({ path: freshPath(), rows })).toMatchObject({ entities: 3 });
  });

  test("rows can be read again, and closing ends a reading that was left", async () => {
    const path = freshPath();
    await write({ path, rows: everyKind() });
    const file = await readSavepointFile(path);
    for (const row of file.rows) if (row.kind === "message") break;
    expect([...file.rows].length).toBe(everyKind().length);
    file.rows[Symbol.iterator]().next();
    file.close();
  });

  test("the file is a plain SQLite file without a journal beside it", async () => {
    const path = freshPath();
    await write({ path, rows: everyKind() });
    const database = new Database(path, { readonly: true });
    expect(database.prepare("SELECT DISTINCT typename FROM state WHERE id = '😀' AND name = 'count'").pluck().all()).toEqual([
      "io.statefun.types/long",
    ]);
    expect(database.pragma("user_version", { simple: true })).toBe(savepointFormatVersion);
    database.close();
    expect((await readdir(folder)).filter((name) => name.startsWith(path.slice(folder.length + 1)))).toHaveLength(1);
  });
});

describe("writing", () => {
  function* many(count: number): Generator<SavepointRow> {
    for (let index = 0; index < count; index += 1) {
      yield {
        kind: "state",
        type: "a/b",
        id: String(index).padStart(9, "0"),
        name: "x",
        typename: "t/t",
        bytes: bytes("value"),
        writtenMs: 0,
        expiresMs: undefined,
      };
    }
  }

  test("other work gets its turn between chunks, and progress is reported", async () => {
    let turns = 0;
    let running = true;
    const spin = (): void => {
      turns += 1;
      if (running) setImmediate(spin);
    };
    setImmediate(spin);
    const seen: string[] = [];
    await write({
      path: freshPath(),
      rows: many(20_000),
      onProgress: (progress) => seen.push(`${progress.phase} ${progress.rows}`),
    });
    running = false;
    expect(turns).toBeGreaterThanOrEqual(50);
    expect(seen.length).toBeGreaterThan(2);
    expect(seen[0]).toMatch(/^writing \d{4}$/);
    expect(seen.at(-1)).toBe("syncing 20001");
  });

  test("cancelling leaves nothing behind and rejects with SAVEPOINT_FAILED", async () => {
    const path = freshPath();
    const controller = new AbortController();
    const onProgress = ({ rows }: { rows: number }): void => {
      if (rows > 1_000) controller.abort();
    };
    await expect(write({ path, rows: many(20_000), onProgress, signal: controller.signal })).rejects.toMatchObject({
      code: "SAVEPOINT_FAILED",
      message: expect.stringContaining("cancelled"),
    });
    await expect(stat(path)).rejects.toThrow();
    await expect(stat(`${path}.part`)).rejects.toThrow();
  });

  test("rows that fail half-way leave an older file of that name as it was", async () => {
    const path = freshPath();
    const before = await write({ path, rows: many(10) });
    async function* failing(): AsyncGenerator<StoreEntry> {
      yield* savepointEntries(many(10_000));
      throw new Error("the store is gone");
    }
    await expect(savepointFiles.write({ path, header, scans: [failing()] })).rejects.toMatchObject({
      code: "SAVEPOINT_FAILED",
      message: expect.stringContaining("the store is gone"),
    });
    expect((await readAll(path, before.checksum)).rows.filter(({ kind }) => kind === "state")).toHaveLength(10);
  });

  test("a half-written file of a killed gateway is overwritten", async () => {
    const path = freshPath();
    await writeFile(`${path}.part`, "garbage of an earlier run");
    await write({ path, rows: many(3) });
    expect((await readAll(path)).rows.filter(({ kind }) => kind === "state")).toHaveLength(3);
  });

  test("a folder that does not exist is SAVEPOINT_FAILED", async () => {
    await expect(write({ path: join(folder, "no", "such", "x.sqlite"), rows: [] })).rejects.toMatchObject({
      code: "SAVEPOINT_FAILED",
    });
  });

  test("two rows of one key are refused, so that neither of them is lost", async () => {
    await expect(write({ path: freshPath(), rows: [...many(1), ...many(1)] })).rejects.toMatchObject({
      code: "SAVEPOINT_FAILED",
    });
  });
});
