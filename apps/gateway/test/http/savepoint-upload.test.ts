/**
 * A savepoint file from elsewhere comes in over HTTP: it is checked as before a restore, registered and restored, or refused with the place
 * and the cure.
 */
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { receiveFile } from "../../src/services/savepoints/receive-file.ts";
import { startGateway, type TestGateway } from "../support/start-gateway.ts";

let box: TestGateway;
let folder = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-upload-"));
  box = await startGateway();
});
afterAll(async () => {
  await box[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

let files = 0;
function byHand(sql: string): Buffer<ArrayBuffer> {
  const path = join(folder, `${++files}.savepoint`);
  const database = new Database(path);
  database.exec(sql);
  database.close();
  return Buffer.from(readFileSync(path));
}

const head = "CREATE TABLE savepoint (format_version INTEGER NOT NULL); INSERT INTO savepoint VALUES (1);";
const state = "CREATE TABLE state (type TEXT, id TEXT, name TEXT, typename TEXT, value BLOB);";
const oneState = "INSERT INTO state VALUES ('shop/cart', 'anna', 'count', 'io.statefun.types/int', x'0D07000000');";

async function upload(body: Buffer<ArrayBuffer>, query = "", headers: Record<string, string> = {}) {
  const answer = await box.fetch(`/v1/savepoints${query}`, { method: "POST", body, headers });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

function kept(): string[] {
  return readdirSync(join(box.dataDir, "savepoints"));
}

describe("a savepoint file", () => {
  test("that was written by hand is taken in, says the cost of its restore, and is restored", async () => {
    const file = byHand(head + state + oneState);
    const { status, body } = await upload(file, "", { "content-type": "application/octet-stream" });
    expect([status, body]).toMatchObject([201, { entities: 1, sizeBytes: file.length }]);
    expect(body["checksum"]).toBe(createHash("sha256").update(file).digest("hex"));
    const id = String(body["id"]);
    expect(await (await box.fetch(`/v1/savepoints/${id}`)).json()).toMatchObject({ origin: "upload", status: "ready" });
    expect(await (await box.fetch(`/v1/savepoints/${id}/impact`)).json()).toMatchObject({ brings: { entities: 1 }, egresses: [] });
    expect((await box.fetch(`/v1/savepoints/${id}:restore`, { method: "POST" })).status).toBe(200);
    const entity = await (await box.fetch("/v1/entities/shop/cart/anna")).json();
    expect(entity).toMatchObject({ state: [{ name: "count", value: 7 }] });
    const audit = (await (await box.fetch("/v1/audit?limit=50")).json()) as {
      items: { operation: string; outcome: string; after: string }[];
    };
    expect(audit.items.find(({ operation }) => operation === "savepoints.upload")).toMatchObject({
      outcome: "done",
      after: `${id} ${String(body["checksum"])}`,
    });
  });

  test("of another gateway is the same state there, with its mailboxes", async () => {
    const file = byHand(`${head}${state}${oneState}
      CREATE TABLE message (sequence INTEGER, target_type TEXT, target_id TEXT, typename TEXT, value BLOB);
      INSERT INTO message VALUES (5000000, 'shop/cart', 'anna', 'io.statefun.types/string', x'');`);
    const { body } = await upload(file, `?sha256=${createHash("sha256").update(file).digest("hex")}`);
    expect(body).toMatchObject({ entities: 1, messages: 1 });
    const again = await box.fetch(`/v1/savepoints/${String(body["id"])}/file`);
    expect(Buffer.from(await again.arrayBuffer()).equals(file)).toBe(true);
  });

  const bad: readonly [what: string, file: () => Buffer<ArrayBuffer>, says: string, cure: string][] = [
    ["a text", () => Buffer.from("type,id,name\nshop/cart,anna,count\n"), "the file is no SQLite file", "savepoint-format.md"],
    ["a JSON file that says that it is a file", () => Buffer.from('{"state": []}'), "no SQLite file", "savepoint-format.md"],
    ["cut", () => byHand(head + state + oneState).subarray(0, 5_000), "is cut", ""],
    ["another SQLite file", () => byHand("CREATE TABLE orders (id)"), "without the table savepoint", "savepoint-format.md"],
    ["of a newer format", () => byHand("CREATE TABLE savepoint (format_version); INSERT INTO savepoint VALUES (9)"), "version 9", "newer"],
    ["with a trigger", () => byHand(`${head}${state}CREATE TRIGGER t AFTER INSERT ON state BEGIN DELETE FROM state; END`), "trigger t", ""],
    ["with a view", () => byHand(`${head}CREATE VIEW state AS SELECT load_extension('x')`), "a view state", "remove it"],
    ["with a virtual table", () => byHand(`${head}${state}CREATE VIRTUAL TABLE f USING fts5(x)`), "virtual table f", "remove it"],
    [
      "with a value that is no BLOB",
      () => byHand(`${head}${state}INSERT INTO state VALUES ('a/b', 'anna', 'n', 't', 'seven')`),
      "table state, row 'a/b' / 'anna' / 'n': value is not BLOB",
      "CAST(",
    ],
    [
      "with an id that is no text",
      () => byHand(`${head}${state}INSERT INTO state VALUES ('a/b', CAST(x'61ff' AS TEXT), 'n', 't', x'')`),
      "id is not well-formed text",
      "UTF-8",
    ],
    ["with a state value twice", () => byHand(head + state + oneState + oneState), "more than once", "PRIMARY KEY"],
  ];
  test.each(bad)("is refused, and nothing of it is kept: %s", async (...[, file, says, cure]) => {
    const before = kept();
    const { status, body } = await upload(file(), "", { "content-type": "application/vnd.sqlite3" });
    expect([status, body["code"]]).toEqual([422, "SAVEPOINT_UNREADABLE"]);
    expect(String(body["detail"])).toContain(says);
    expect(String(body["detail"])).not.toContain(box.dataDir);
    expect(String(body["cure"])).toContain(cure);
    expect(kept()).toEqual(before);
  });

  test("that is not the intended one is refused by its checksum", async () => {
    const { body } = await upload(byHand(head + state), `?sha256=${"0".repeat(64)}`);
    expect(body).toMatchObject({ code: "SAVEPOINT_UNREADABLE", detail: expect.stringContaining("0".repeat(64)) });
    expect((await upload(byHand(head + state), "?sha256=abc")).body).toMatchObject({ code: "INVALID_REQUEST", where: "sha256" });
  });

  test.each([
    ["a file", "", "application/octet-stream"],
    ["a database", "", "application/vnd.sqlite3; x=y"],
    ["a form", "", "multipart/form-data; boundary=x"],
    ["a checksum", `?sha256=${createHash("sha256").update("").digest("hex")}`, "application/json"],
  ])("that is empty is refused where the request announces one, and no savepoint is taken: %s", async (_what, query, type) => {
    const before = kept();
    const { status, body } = await upload(Buffer.alloc(0), query, { "content-type": type });
    expect([status, body]).toMatchObject([422, { code: "SAVEPOINT_UNREADABLE", detail: expect.stringContaining("the file is empty") }]);
    expect(kept()).toEqual(before);
  });

  test("is not read while it is compressed; no body, and an empty object, take a savepoint as before", async () => {
    expect((await upload(byHand(head + state), "", { "content-encoding": "gzip" })).status).toBe(415);
    for (const init of [{}, { body: "{}" }, { body: "{}", headers: { "content-type": "application/json" } }]) {
      const answer = await box.fetch("/v1/savepoints", { method: "POST", ...init });
      const { id } = (await answer.json()) as { id: string };
      expect(await (await box.fetch(`/v1/savepoints/${id}`)).json()).toMatchObject({ origin: "api" });
    }
  });
});

describe("receiving", () => {
  const signal = new AbortController().signal;
  const limits = { bytesMax: 1_000, freeBytesMin: 0, silentMsMax: 600_000 };

  async function* pieces(count: number): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < count; i++) yield Buffer.alloc(400, i);
  }

  test("writes the bytes to the last one", async () => {
    const path = join(folder, "whole");
    await receiveFile(() => pieces(2), { path, sizeBytes: undefined, signal, limits });
    expect(readFileSync(path)).toEqual(Buffer.concat([Buffer.alloc(400, 0), Buffer.alloc(400, 1)]));
  });

  test("is not awaited when its sender's credential ended before a piece came, or while one was written", async () => {
    const over = new Error("over");
    const ends = new AbortController();
    const slow = { ...limits, silentMsMax: 600_000 };
    const onePiece = (async function* () {
      // The signal aborts at a moment without a listener, while the piece is on its way to the disk.
      queueMicrotask(() => queueMicrotask(() => queueMicrotask(() => ends.abort(over))));
      yield Buffer.alloc(10);
      yield await new Promise<Uint8Array>(() => undefined);
    })();
    const into = (path: string, source: AsyncIterable<Uint8Array>) =>
      receiveFile(() => source, { path: join(folder, path), sizeBytes: undefined, signal: ends.signal, limits: slow });
    await expect(into("e", onePiece)).rejects.toBe(over);
    const never = (async function* () {
      yield await new Promise<Uint8Array>(() => undefined);
    })();
    await expect(into("f", never)).rejects.toBe(over);
  });

  test("ends when more comes than allowed, when the disk has no room to spare, and when nothing comes any more", async () => {
    const into = (name: string, parts: object, source = pieces(3)) =>
      receiveFile(() => source, { path: join(folder, name), sizeBytes: undefined, signal, limits, ...parts });
    await expect(into("a", {})).rejects.toMatchObject({ code: "BODY_TOO_LARGE" });
    await expect(into("b", { sizeBytes: 1_001 })).rejects.toMatchObject({ code: "BODY_TOO_LARGE" });
    await expect(into("c", { sizeBytes: 10, limits: { ...limits, freeBytesMin: 2 ** 52 } })).rejects.toMatchObject({ code: "DISK_FULL" });
    const never = (async function* () {
      yield await new Promise<Uint8Array>(() => undefined);
    })();
    await expect(into("d", { limits: { ...limits, silentMsMax: 1 } }, never)).rejects.toMatchObject({ code: "REQUEST_TOO_SLOW" });
  });
});
