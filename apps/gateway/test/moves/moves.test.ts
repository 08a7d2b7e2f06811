/**
 * Moves over HTTP that need no Java: the plan of a move to Flink, what it refuses, and unknown names. e2e/flink has real moves.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startGateway, type TestGateway } from "../support/start-gateway.ts";

let box: TestGateway;
let folder = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-moves-"));
  box = await startGateway({ env: { JAVA_HOME: join(folder, "no-java") } });
});
afterAll(async () => {
  await box[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

async function uploaded(sql: string): Promise<string> {
  const path = join(folder, "file.savepoint");
  rmSync(path, { force: true });
  const database = new Database(path);
  database.exec(`CREATE TABLE savepoint (format_version INTEGER NOT NULL); INSERT INTO savepoint VALUES (1);
    CREATE TABLE state (type TEXT, id TEXT, name TEXT, typename TEXT, value BLOB, PRIMARY KEY (type, id, name));${sql}`);
  database.close();
  const answer = await box.fetch("/v1/savepoints", {
    method: "POST",
    body: readFileSync(path),
    headers: { "content-type": "application/vnd.sqlite3" },
  });
  return String(((await answer.json()) as { id: string }).id);
}

async function post(path: string, body: object): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await box.fetch(path, { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const oneValue = "INSERT INTO state VALUES ('shop/cart', 'anna', 'count', 'io.statefun.types/int', x'0D07000000');";
const parked = "CREATE TABLE entity (type TEXT, id TEXT, status TEXT); INSERT INTO entity VALUES ('shop/cart', 'anna', 'parked');";

describe("a move to Flink", () => {
  test("is a dry run unless told otherwise: it lists what moves, with counts and reasons, and starts no Java", async () => {
    const { status, body } = await post("/v1/moves/to-flink", { savepoint: await uploaded(oneValue) });
    expect(status).toBe(200);
    expect(body).toMatchObject({ direction: "flink", blocked: [], moved: null, check: null, folder: null, epochsSince: null });
    expect(body["items"]).toEqual(expect.arrayContaining([expect.objectContaining({ what: "values", fate: "moves", count: 1 })]));
    expect(await (await box.fetch("/v1/moves")).json()).toEqual({ running: null });
  });

  test("names the obstacles, and passes those that a person accepts", async () => {
    const savepoint = await uploaded(oneValue + parked);
    const { body } = await post("/v1/moves/to-flink", { savepoint });
    expect(body["blocked"]).toEqual(["parked"]);
    expect((await post("/v1/moves/to-flink", { savepoint, accept: ["parked"] })).body["blocked"]).toEqual([]);
  });

  test("without Java is refused with the packages to install, and leaves nothing", async () => {
    const { status, body } = await post("/v1/moves/to-flink", { savepoint: await uploaded(oneValue), dryRun: false });
    expect([status, body["code"]]).toEqual([501, "FLINK_TOOL_MISSING"]);
    expect(await (await box.fetch("/v1/moves/folders")).json()).toEqual({ folders: [] });
  });

  test("of an absent savepoint is not found", async () => {
    expect((await post("/v1/moves/to-flink", { savepoint: "none" })).body["code"]).toBe("UNKNOWN_SAVEPOINT");
  });
});

describe("a move from Flink", () => {
  test("names an entry of one folder and nothing else of the machine", async () => {
    for (const name of ["../savepoints", "/etc", "a/b", "..", ".move-1", "x.part", ""])
      expect((await post("/v1/moves/to-embedded", { folder: name })).body["code"], name).toBe("INVALID_REQUEST");
  });

  test("lists folders that have Flink's _metadata, and no others", async () => {
    const place = join(box.dataDir, "flink-savepoints");
    for (const name of ["savepoint-1", "empty"]) mkdirSync(join(place, name), { recursive: true });
    writeFileSync(join(place, "savepoint-1/_metadata"), "123");
    expect(await (await box.fetch("/v1/moves/folders")).json()).toEqual({
      folders: [{ name: "savepoint-1", sizeBytes: 3, modifiedMs: expect.any(Number) }],
    });
  });
});
