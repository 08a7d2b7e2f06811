/** A bootstrap over HTTP: files come in, SQL over them is tried, makes a savepoint or says why not; and nothing else of the machine can be named. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startGateway, type TestGateway } from "../support/start-gateway.ts";

let box: TestGateway;
beforeAll(async () => {
  box = await startGateway();
  const kept = await box.fetch("/v1/bootstrap/files/customers.csv", { method: "PUT", body: "customer,visits\nanna,7\nbela,12\n" });
  expect([kept.status, await kept.json()]).toMatchObject([200, { name: "customers.csv", sizeBytes: 31 }]);
});
afterAll(() => box[Symbol.asyncDispose]());

const sources = [{ kind: "csv", name: "customers", file: "customers.csv" }];
const sql = "INSERT INTO state SELECT 'shop/customer' AS type, customer AS id, 'visits' AS name, visits::INTEGER AS value FROM customers";

async function run(input: object, init: RequestInit = {}) {
  const answer = await box.fetch("/v1/bootstrap", { method: "POST", body: JSON.stringify({ sql, sources, ...input }), ...init });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

function left(): string[] {
  return readdirSync(join(box.dataDir, "bootstrap")).concat(
    readdirSync(join(box.dataDir, "savepoints")).filter((name) => name.endsWith(".part")),
  );
}

describe("a bootstrap", () => {
  test("that is tried counts and shows rows, and makes nothing", async () => {
    const { status, body } = await run({ dryRun: true });
    expect([status, body]).toMatchObject([
      200,
      { savepoint: null, report: { values: 2, errorsTotal: 0, sample: [{ value: "7" }, { value: "12" }] } },
    ]);
    expect(await (await box.fetch("/v1/savepoints")).json()).toEqual({ savepoints: [] });
    expect(left()).toEqual(["customers.csv"]);
  });

  test("makes a savepoint; restoring it puts the state in place", async () => {
    const { body } = await run({});
    const { id } = body["savepoint"] as { id: string };
    expect(body["savepoint"]).toMatchObject({ origin: "bootstrap", status: "ready", entities: 2 });
    expect((await box.fetch(`/v1/savepoints/${id}:restore`, { method: "POST" })).status).toBe(200);
    expect(await (await box.fetch("/v1/entities/shop/customer/bela")).json()).toMatchObject({ state: [{ name: "visits", value: 12 }] });
    expect(left()).toEqual(["customers.csv"]);
  });

  test("starts from the present state where it merges", async () => {
    const more = "SELECT 'shop/customer' AS type, 'cleo' AS id, 'visits' AS name, 1 AS value; " + sql;
    expect((await run({ sql: more, merge: "fail" })).body).toMatchObject({ savepoint: null, report: { errorsTotal: 2 } });
    const { body } = await run({ sql: more, merge: "skip" });
    expect(body).toMatchObject({ savepoint: { entities: 3 }, report: { entities: 1, skippedEntities: 2 } });
  });

  test("with a wrong row makes nothing and names the row; a wrong statement is refused with its place", async () => {
    const wrong = sql.replace("visits::INTEGER", "nullif(visits, 7)::INTEGER");
    expect((await run({ sql: wrong })).body).toMatchObject({
      savepoint: null,
      report: { errors: [{ key: "shop/customer / anna / visits" }] },
    });
    expect((await run({ sql: wrong, errorsMax: 1 })).body).toMatchObject({ savepoint: { entities: 1 } });
    expect(await run({ sql: "SELEC 1" })).toMatchObject({
      status: 422,
      body: { code: "BOOTSTRAP_REFUSED", where: "statement 1 (line 1)" },
    });
  });

  test("ends with its request, and the next one runs", async () => {
    const stop = new AbortController();
    const endless = run(
      { sql: "SELECT 'a/b' AS type, i AS id, 'n' AS name, 1 AS value FROM range(90000000) AS t(i)" },
      { signal: stop.signal },
    );
    await box.until("/v1/bootstrap", (body) => ((body as { running: { rows: number } | null }).running?.rows ?? 0) > 0);
    expect((await run({})).body).toMatchObject({ code: "SAVEPOINT_BUSY" });
    stop.abort();
    await expect(endless).rejects.toThrow();
    await box.until("/v1/bootstrap", (body) => (body as { running: unknown }).running === null);
    expect((await run({ dryRun: true })).status).toBe(200);
    expect(left()).toEqual(["customers.csv"]);
  });
});

describe("refused are", () => {
  test.each(["../catalog.db", ".hidden", "a/b.csv", "x.part"])("a file called %s", async (file) => {
    const put = await box.fetch(`/v1/bootstrap/files/${encodeURIComponent(file)}`, { method: "PUT", body: "x" });
    expect(await put.json()).toMatchObject({ code: "INVALID_REQUEST", where: "name" });
    expect((await run({ sources: [{ kind: "csv", name: "x", file }] })).body).toMatchObject({ code: "INVALID_REQUEST" });
  });

  test.each([
    ["a file that was not sent", { kind: "csv", name: "x", file: "nothing.csv" }, "no file nothing.csv"],
    ["a socket of this machine", { kind: "postgresql", name: "x", url: "postgresql:///db?host=/var/run/postgresql" }, "no URL"],
    ["a key of this machine", { kind: "postgresql", name: "x", url: "postgresql://h/db?sslkey=/etc/passwd" }, "sslkey cannot"],
    ["the metadata address", { kind: "postgresql", name: "x", url: "postgresql://169.254.169.254/db" }, ""],
    ["a variable of the gateway", { kind: "postgresql", name: "x", url: "postgresql://u:${HOME}@h/db" }, "HOME is not set"],
  ])("%s", async (...[, source, says]) => {
    expect(await run({ sources: [source] })).toMatchObject({
      status: 422,
      body: { code: "BOOTSTRAP_REFUSED", where: "source x", detail: expect.stringContaining(says) },
    });
  });
});
