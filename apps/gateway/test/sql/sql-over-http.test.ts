/**
 * SQL over live data and savepoints: it reads what is there, changes nothing, and reaches nothing else.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { moduleYaml, startFunctions, startGateway, type TestGateway } from "../support/start-gateway.ts";

let box: TestGateway;
let functions: Awaited<ReturnType<typeof startFunctions>>;
let savepoint = "";
const entities = 450;

beforeAll(async () => {
  functions = await startFunctions();
  box = await startGateway({ limits: { attemptsMax: 1 } });
  await box.fetch("/v1/modules/test", { method: "PUT", body: moduleYaml(functions.url) });
  const send = (id: string, body = "x") => box.fetch(`/v1/messages/test/visits/${id}`, { method: "POST", body });
  for (let i = 0; i < entities; i += 50)
    await Promise.all(Array.from({ length: 50 }, (_, at) => send(`v${String(i + at).padStart(4, "0")}`)));
  await send("bad", "fail");
  await box.gateway.core.engine.settled();
  const taken = (await (await box.fetch("/v1/savepoints", { method: "POST" })).json()) as { id: string };
  savepoint = taken.id;
  await send("v0000");
  await box.gateway.core.engine.settled();
});
afterAll(async () => {
  await box[Symbol.asyncDispose]();
  await functions.close();
});

async function ask(sql: string, parts: object = {}) {
  const answer = await box.fetch("/v1/sql", { method: "POST", body: JSON.stringify({ sql, ...parts }) });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

async function rowsOf(sql: string): Promise<unknown> {
  const { status, body } = await ask(sql);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body["rows"];
}

describe("live data", () => {
  test("entities and their decoded state, over several pages", async () => {
    expect(await rowsOf("SELECT count(*) FROM entities WHERE type = 'test/visits'")).toEqual([[String(entities + 1)]]);
    expect(await rowsOf("SELECT name, typename, sum(value::INT) FROM state(type := 'test/visits') GROUP BY ALL ORDER BY 1")).toEqual([
      ["seen", "io.statefun.types/int", String(entities + 1)],
    ]);
    expect(await rowsOf("SELECT value FROM state(type := 'test/visits', prefix := 'v0000') WHERE name = 'seen'")).toEqual([["2"]]);
  });

  test("the journal, failures, mailboxes, egress records and savepoints", async () => {
    const [[records, parked] = []] = (await rowsOf(
      "SELECT count(*), count(*) FILTER (outcome = 'parked') FROM journal WHERE type = 'test/visits'",
    )) as string[][];
    expect([Number(records), Number(parked)]).toEqual([entities + 2, 1]);
    expect(await rowsOf("SELECT id, status, failure_code IS NOT NULL FROM failures")).toEqual([["bad", "parked", true]]);
    expect(await rowsOf("SELECT id, value->>'$' FROM mailboxes")).toEqual([["bad", "fail"]]);
    expect(await rowsOf("SELECT egress, count(*), max((value->>'$.seen')::INT) FROM egress GROUP BY 1")).toEqual([
      ["test/greetings", String(entities + 1), 2],
    ]);
    expect(await rowsOf("SELECT id, status FROM savepoints")).toEqual([[savepoint, "ready"]]);
  });

  test("a savepoint beside the live data: the changes since", async () => {
    const sql = `SELECT now.id, was.value, now.value FROM state(type := 'test/visits') AS now JOIN savepoint_state('${savepoint}') AS was USING (type, id, name) WHERE was.value <> now.value`;
    expect(await rowsOf(sql)).toEqual([["v0000", "1", "2"]]);
    expect(await rowsOf(`SELECT target_id, value FROM savepoint_message('${savepoint}')`)).toEqual([["bad", '"fail"']]);
    expect(await rowsOf(`SELECT count(*) FROM savepoint_delayed_message('${savepoint}')`)).toEqual([["0"]]);
  });

  test("only the requested columns are read, and the answer says so", async () => {
    const { body } = await ask("SELECT * FROM state LIMIT 3", { rowsMax: 2 });
    expect(body).toMatchObject({ truncated: true, columns: [{ name: "type", type: "VARCHAR" }, ...Array.from({ length: 7 }, () => ({}))] });
    expect((body["rows"] as unknown[]).length).toBe(2);
    const [read] = body["read"] as { table: string; rows: number }[];
    expect(read?.table).toBe("state");
    expect(read?.rows).toBeLessThan(entities);
  });

  test("EXPLAIN says what would be read, and reads nothing", async () => {
    const { body } = await ask("SELECT count(*) FROM journal JOIN entities USING (id)", { explain: true });
    expect(body).toMatchObject({ rows: [], plan: expect.stringMatching(/JOIN/) });
    expect(body["read"]).toEqual(
      expect.arrayContaining([
        { table: "journal", rows: 0 },
        { table: "entities", rows: 0 },
      ]),
    );
  });

  test("the tables are listed with their columns", async () => {
    const { tables } = (await (await box.fetch("/v1/sql/tables")).json()) as { tables: { name: string }[] };
    expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining(["entities", "state", "journal", "savepoint_state"]));
  });
});

describe("these are refused with a cure:", () => {
  test.each([
    ["a mistake, with its place", "SELECT colour FROM state", 400, "colour"],
    ["a savepoint that is not there", "FROM savepoint_state('none')", 400, "no savepoint"],
    ["a file", "FROM read_text('/etc/passwd')", 400, "disabled"],
    ["a file by its name", "FROM '/etc/passwd'", 400, "passwd"],
    ["a network", "FROM read_csv('http://127.0.0.1:9/x')", 400, "disabled"],
    ["writing a file", "COPY (SELECT 1) TO '$dir/x.csv'", 400, "disabled"],
    ["attaching", "ATTACH '$dir/x.db'", 400, "ATTACH"],
    ["settings", "SET enable_external_access = true", 400, "SET"],
    ["a table of one's own", "CREATE TABLE t (x INT)", 400, "CREATE"],
    ["writing rows", "INSERT INTO state VALUES (1)", 400, ""],
    ["two statements", "SELECT 1; SELECT 2", 400, "multiple"],
    ["EXPLAIN ANALYZE of a write", "EXPLAIN ANALYZE COPY (SELECT 1) TO '$dir/x.csv'", 400, "disabled"],
  ])("%s", async (...[, sql, status, detail]) => {
    const answer = await ask(sql.replace("$dir", box.dataDir));
    expect(answer).toMatchObject({
      status,
      body: { code: "SQL_REFUSED", detail: expect.stringContaining(detail), cure: expect.stringMatching(/./) },
    });
    expect(["x.csv", "x.db"].filter((name) => existsSync(join(box.dataDir, name)))).toEqual([]);
  });

  test("an endless query, at its time limit; the gateway answers meanwhile", async () => {
    const endless = ask("SELECT count(*) FROM range(1000000000) a, range(1000000000) b", { timeoutMs: 1_500 });
    expect((await box.fetch("/health")).status).toBe(200);
    expect(await endless).toMatchObject({ status: 422, body: { code: "SQL_TOO_MUCH" } });
  });

  test("a query that wants all memory", async () => {
    const answer = await ask("SELECT string_agg(repeat('x', 1000000), '') FROM range(2000)", { timeoutMs: 60_000 });
    expect(answer).toMatchObject({ status: 422, body: { code: "SQL_TOO_MUCH" } });
  });
});
