/** Tables of PostgreSQL in a bootstrap: every type that has a like keeps it, all others come as text, in one snapshot. */
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startPostgres, type PostgresServer } from "../catalog/postgres-server.ts";
import { bootstrapStand, type BootstrapStand } from "./bootstrap-stand.ts";

let server: PostgresServer;
let stand: BootstrapStand;
beforeAll(async () => {
  server = await startPostgres();
  stand = bootstrapStand();
});
afterAll(async () => {
  if (server.kind === "running") await server.stop();
  stand[Symbol.dispose]();
});

test("rows of a database become state values; a table that the SQL does not name is not read", async (context) => {
  if (server.kind === "absent") return context.skip(server.reason);
  const url = server.url("bootstrap_source");
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE SCHEMA IF NOT EXISTS bootstrap_source; SET search_path = bootstrap_source;
    DROP TABLE IF EXISTS rides; DROP TABLE IF EXISTS secrets;
    CREATE TABLE rides (id BIGINT, seats INT, fare DOUBLE PRECISION, price NUMERIC(10,2), paid BOOLEAN, meta JSONB, raw BYTEA, note TEXT);
    INSERT INTO rides SELECT i, i % 5, i / 2.0, i, i % 2 = 0, jsonb_build_object('i', i), '\\x0102', NULL FROM generate_series(1, 5000) AS i;
    CREATE TABLE secrets (x INT)`);
  await client.end();
  const withPath = url.includes("options=") ? url : `${url}${url.includes("?") ? "&" : "?"}options=-c%20search_path%3Dbootstrap_source`;
  const report = await stand.run(
    `CREATE TEMP TABLE rides AS SELECT * FROM crm.rides WHERE id <= 2;
     SELECT 'taxi/ride' AS type, id, 'seats' AS name, seats AS value FROM rides;
     SELECT 'taxi/ride' AS type, id, 'fare' AS name, fare AS value FROM rides;
     SELECT 'taxi/ride' AS type, id, 'paid' AS name, paid AS value FROM rides;
     SELECT 'taxi/ride' AS type, id, 'price' AS name, price AS value FROM rides;
     SELECT 'taxi/ride' AS type, id, 'meta' AS name, 'taxi/meta' AS typename, meta AS value FROM rides;
     SELECT 'taxi/ride' AS type, id, 'raw' AS name, 'taxi/raw' AS typename, raw AS value FROM rides;
     SELECT 'taxi/all' AS type, 'all' AS id, 'count' AS name, count(*) AS value FROM crm.rides`,
    { sources: [{ kind: "postgresql", name: "crm", url: withPath }] },
  );
  expect(report).toMatchObject({ errorsTotal: 0, values: 13 });
  expect(stand.state().filter((line) => !line.includes("ride 2"))).toEqual([
    "taxi/all all count io.statefun.types/long 5000",
    "taxi/ride 1 fare io.statefun.types/double 0.5",
    'taxi/ride 1 meta taxi/meta {"i": 1}',
    "taxi/ride 1 paid io.statefun.types/bool false",
    'taxi/ride 1 price io.statefun.types/string "1.00"',
    "taxi/ride 1 raw taxi/raw ",
    "taxi/ride 1 seats io.statefun.types/int 1",
  ]);
});

test("an absent database, and one of which the SQL names no table, are refused at their source", async (context) => {
  const sql = "SELECT 'a/b' AS type, 'x' AS id, 'n' AS name, 1 AS value";
  const refused = (url: string) => stand.run(sql, { sources: [{ kind: "postgresql", name: "crm", url }] });
  await expect(refused("postgresql://nobody@127.0.0.1:1/none")).rejects.toMatchObject({
    code: "BOOTSTRAP_REFUSED",
    where: "source crm",
    detail: expect.stringContaining("ECONNREFUSED"),
  });
  if (server.kind === "absent") return context.skip(server.reason);
  await expect(refused(server.url("public"))).rejects.toMatchObject({ detail: expect.stringContaining("names no table") });
});
