/**
 * An erasure amid which the gateway is killed: it goes on by itself in the next life, and afterwards nothing in the data directory holds
 * the erased values: no file byte by byte, no row of a store or a database as it is read (tables of a store may be compressed).
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openLevelStore } from "../../packages/engine/src/adapters/leveldb/store-level.ts";
import { endpointYaml, Functions } from "../stack/functions.ts";
import { Gateway } from "../stack/gateway.ts";
import { until } from "../stack/until.ts";

const people = ["ada", "bob", "cid", "dan", "eve", "fay"];
const markOf = (id: string) => `Wq8-${id}-mark-3Zn`;
let functions: Functions;

beforeAll(async () => {
  functions = await Functions.start("examples/greeter-javascript/functions.js");
}, 120_000);
afterAll(() => functions[Symbol.asyncDispose]());

interface Receipt {
  readonly id: string;
  readonly state: string;
  readonly error: string | null;
  readonly counts: { readonly states: number; readonly messages: number; readonly journalRecords: number };
  readonly savepoints: readonly { readonly id: string; readonly state: string; readonly rows: number }[];
}

async function asked<T>({ url }: Gateway, path: string, { method = "POST", json }: { method?: string; json?: unknown } = {}): Promise<T> {
  const body = json === undefined ? {} : { body: JSON.stringify(json), headers: { "content-type": "application/json" } };
  const answer = await fetch(url + path, { method, ...body });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** The mark is in the journal, in a state and in messages that wait. */
async function live(gateway: Gateway, id: string): Promise<void> {
  const said = { headers: { "content-type": "text/plain" }, body: `first ${markOf(id)}`, method: "POST" };
  const at = (type: string) => `${gateway.url}/v1/messages/${type}/${id}`;
  expect((await fetch(at("example/person"), said)).status).toBe(202);
  await until(async () => (await (await fetch(`${gateway.url}/v1/entities/example/greeter/${id}`)).text()).includes("Welcome"), {
    what: `${id} is greeted`,
  });
  const value = { typename: "example/greeting", value: { text: markOf(id), visits: 1 } };
  await asked(gateway, `/v1/entities/example/greeter/${id}`, { method: "PATCH", json: { name: "last_greeting", ...value } });
  await asked(gateway, `/v1/entities/example/person/${id}:pause`);
  for (let sent = 0; sent < 20; sent++) expect((await fetch(at("example/person"), said)).status).toBe(202);
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
  );
}

const filesWith = (folder: string, mark: string): string[] => filesOf(folder).filter((path) => readFileSync(path).includes(mark));

/** Returns where the mark is found: in files, in the rows of every store, in the cells of every database. The gateway must be down. */
async function found(folder: string, mark: string): Promise<string[]> {
  const bytes = Buffer.from(mark);
  const places = filesWith(folder, mark);
  // Reading opens the stores, so it works on a copy and changes nothing of what is looked at.
  const copy = mkdtempSync(join(tmpdir(), "signalbox-erasure-look-"));
  try {
    cpSync(folder, copy, { recursive: true });
    for (const path of filesOf(copy)) {
      // Another file of that name says which stores are in force.
      if (path.endsWith("/CURRENT") && readFileSync(path, "utf8").startsWith("MANIFEST")) {
        const store = await openLevelStore(join(path, ".."));
        for await (const [key, value] of store.scan({ lt: "\u{10ffff}" }))
          if (key.includes(mark) || Buffer.from(value).includes(bytes)) places.push(`${path}: a row`);
        await store.close();
      }
      if (path.endsWith(".savepoint") || path.endsWith("catalog.db")) places.push(...cellsWith(path, bytes));
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  return places;
}

function cellsWith(path: string, mark: Buffer): string[] {
  const database = new Database(path, { readonly: true });
  try {
    const tables = database.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
    return tables.filter((table) =>
      database
        .prepare<[], unknown[]>(`SELECT * FROM "${table}"`)
        .raw()
        .all()
        .some((cells) => cells.some((cell) => (Buffer.isBuffer(cell) ? cell : Buffer.from(String(cell))).includes(mark))),
    );
  } finally {
    database.close();
  }
}

test("an erasure goes on after kill -9, and then nothing on the disk holds the values", { timeout: 300_000 }, async () => {
  await using gateway = await Gateway.start();
  await gateway.api.applyModule(
    "example",
    `${endpointYaml("example/*", functions.url)}---\nkind: io.signalbox.v1/egress\nspec:\n  id: example/greetings\n`,
  );
  for (const id of people) await live(gateway, id);
  for (let taken = 0; taken < 3; taken++) await asked(gateway, "/v1/savepoints");
  const kept = markOf("fay");
  let interrupted = 0;
  for (const id of people.slice(0, -1)) {
    expect(filesWith(gateway.dataDir, markOf(id))).not.toEqual([]);
    const begun = await asked<Receipt>(gateway, "/v1/erasures", { json: { targets: [{ id }], reason: "asked by the person" } });
    await gateway.kill();
    await gateway.start();
    if (gateway.output.includes(`the erasure ${begun.id} goes on`)) interrupted++;
    // The erasure runs once more, while messages flow.
    await gateway.kill();
    await gateway.start();
    const receipt = await until(
      async () => {
        const now = await asked<Receipt>(gateway, `/v1/erasures/${begun.id}`, { method: "GET" });
        return now.state !== "running" && now;
      },
      { what: "the erasure has ended", timeoutMs: 60_000 },
    );
    expect(receipt).toMatchObject({ state: "done", error: null });
    expect(receipt.counts.messages).toBe(20);
    expect(receipt.savepoints.map(({ state }) => state)).toEqual(["rewritten", "rewritten", "rewritten"]);
    await gateway.kill();
    expect(await found(gateway.dataDir, markOf(id))).toEqual([]);
    // The same search finds what is there.
    expect((await found(gateway.dataDir, kept)).some((place) => place.endsWith(": a row"))).toBe(true);
    await gateway.start();
    if (interrupted > 0) break;
  }
  expect(interrupted).toBeGreaterThan(0);
  const [row] = await asked<{ savepoints: { id: string }[] }>(gateway, "/v1/savepoints", { method: "GET" }).then(
    ({ savepoints }) => savepoints,
  );
  await asked(gateway, `/v1/savepoints/${row?.id}:restore`);
  expect(filesWith(gateway.dataDir, kept)).not.toEqual([]);
});
