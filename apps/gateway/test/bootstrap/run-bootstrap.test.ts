/** A bootstrap makes a savepoint of what people have: values are checked row by row, and the SQL reaches nothing but the named sources. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BootstrapSource } from "../../src/bootstrap/bootstrap-job.ts";
import { bootstrapStand, fileSource, nowMs, type BootstrapStand } from "./bootstrap-stand.ts";

let stand: BootstrapStand;
let sources: BootstrapSource[] = [];
beforeAll(() => {
  stand = bootstrapStand();
  const csv = stand.file("customers.csv", "customer,visits,vip\nanna,7,true\nbela,12,false\n");
  const jsonl = stand.file("baskets.jsonl", '{"customer":"anna","items":[{"sku":"a1","count":2}]}\n{"customer":"bela","items":[]}\n');
  const shop = stand.sqlite(
    "shop.db",
    `CREATE TABLE stock (sku TEXT, "left" INTEGER, price REAL, note, picture BLOB);
     INSERT INTO stock VALUES ('a1', 9007199254740993, 1.5, 'new', x'0102'), ('b2', 0, 0.25, NULL, NULL);
     CREATE TABLE kinds (sku TEXT, kind TEXT); INSERT INTO kinds VALUES ('a1', 'toy'), ('b2', 'book');`,
  );
  sources = [fileSource("csv", "customers", csv), fileSource("jsonl", "baskets", jsonl), fileSource("sqlite", "shop", shop)];
});
afterAll(() => stand[Symbol.dispose]());

describe("a bootstrap", () => {
  test("takes rows of CSV, JSON Lines and SQLite; the SQL type says the built-in type, a named type takes JSON", async () => {
    const report = await stand.run(
      `-- Visits; they count on.
       INSERT INTO state SELECT 'shop/customer' AS type, customer AS id, 'visits' AS name, visits AS value FROM customers;
       INSERT INTO state (type, id, name, value) SELECT 'shop/customer', customer, 'vip', vip FROM customers;
       SELECT 'shop/cart' AS type, customer AS id, 'basket' AS name, 'shop/basket' AS typename, {'items': items} AS value FROM baskets;
       CREATE VIEW toys AS SELECT s.* FROM shop.stock s JOIN shop.kinds USING (sku) WHERE kind = 'toy';
       INSERT INTO state SELECT 'shop/stock' AS type, sku AS id, 'left' AS name, "left" AS value FROM toys;
       INSERT INTO state SELECT 'shop/stock' AS type, sku AS id, 'price' AS name, price AS value FROM shop.stock;
       INSERT INTO state SELECT 'shop/stock' AS type, sku AS id, 'units' AS name, 'io.statefun.types/int' AS typename, '3' AS value FROM toys;`,
      { sources },
    );
    expect(stand.state()).toEqual([
      'shop/cart anna basket shop/basket {"items":[{"sku":"a1","count":2}]}',
      'shop/cart bela basket shop/basket {"items":[]}',
      "shop/customer anna vip io.statefun.types/bool true",
      "shop/customer anna visits io.statefun.types/long 7",
      "shop/customer bela vip io.statefun.types/bool false",
      "shop/customer bela visits io.statefun.types/long 12",
      "shop/stock a1 left io.statefun.types/long 9007199254740993",
      "shop/stock a1 price io.statefun.types/double 1.5",
      "shop/stock a1 units io.statefun.types/int 3",
      "shop/stock b2 price io.statefun.types/double 0.25",
    ]);
    expect(report).toMatchObject({ rows: 10, values: 10, entities: 6, errorsTotal: 0, complete: true });
    expect(report.states).toContainEqual({ type: "shop/cart", name: "basket", typename: "shop/basket", values: 2 });
    expect(report.sample).toContainEqual({
      type: "shop/customer",
      id: "bela",
      name: "visits",
      typename: "io.statefun.types/long",
      value: "12",
    });
  });

  test("reads Parquet, and keeps times of writing and expiring", async () => {
    const { DuckDBInstance } = await import("@duckdb/node-api");
    const connection = await (await DuckDBInstance.create()).connect();
    const path = join(stand.folder, "rides.parquet");
    await connection.run(`COPY (SELECT 'r' || i AS ride, i::INTEGER AS seats FROM range(3) AS t(i)) TO '${path}'`);
    connection.closeSync();
    await stand.run(
      `SELECT 'taxi/ride' AS type, ride AS id, 'seats' AS name, seats AS value, epoch_ms(TIMESTAMP '2030-01-01') AS expires_ms FROM rides`,
      { sources: [fileSource("parquet", "rides", path)] },
    );
    expect(stand.state()[2]).toBe("taxi/ride r2 seats io.statefun.types/int 2");
    const { default: Database } = await import("better-sqlite3");
    const database = new Database(stand.outPath, { readonly: true });
    expect(database.prepare("SELECT DISTINCT written_ms, expires_ms FROM state").raw().all()).toEqual([[nowMs, 1_893_456_000_000]]);
    database.close();
  });

  test("names each wrong row by statement, row and key, and takes the others", async () => {
    const report = await stand.run(
      `SELECT 'a/b' AS type, * FROM (VALUES
         ('1', 'n', '1', 'io.statefun.types/int'), ('2', 'n', '3000000000', 'io.statefun.types/int'), ('3', 'n', NULL, 'io.statefun.types/int'),
         ('', 'n', '1', 'io.statefun.types/int'), (NULL, 'n', '1', 'io.statefun.types/int'), ('1', 'n', '2', 'io.statefun.types/int'),
         ('4', 'n', 'x', 'a/other'), ('5', 'o', '{broken', 'a/json'), ('6', 'o', '{"fine":1}', 'a/json')) AS t(id, name, value, typename);
       SELECT 'nonamespace' AS type, 'x' AS id, 'n' AS name, 1 AS value`,
      { errorsMax: 10 },
    );
    expect(stand.state()).toEqual(["a/b 1 n io.statefun.types/int 1", 'a/b 6 o a/json {"fine":1}']);
    expect(report.errors.map(({ statement, row, problem }) => `${statement}.${row} ${problem}`)).toEqual([
      expect.stringContaining("1.2 "),
      "1.3 value is NULL",
      "1.4 the id is empty",
      "1.5 type, id or name is NULL or empty",
      "1.6 this state value came already",
      "1.7 the text is no JSON, and a/other is no text type",
      "1.8 the text is no JSON, and a/json is no text type",
      expect.stringContaining('2.1 "nonamespace" is not a typename'),
    ]);
    expect(report.errors.every(({ cure }) => cure !== "")).toBe(true);
    expect(report.errors[0]?.key).toBe("a/b / 2 / n");
  });

  test("stops when more rows are wrong than are allowed or shown", async () => {
    const report = await stand.run("SELECT 'a/b' AS type, i AS id, 'n' AS name, NULL::INTEGER AS value FROM range(100000) AS t(i)");
    expect(report).toMatchObject({ complete: false, errorsTotal: 101 });
    expect(report.errors).toHaveLength(100);
  });

  test("gives one state value one type: the registered one, or the first one", async () => {
    const registered = [{ type: "a/b", name: "n", typename: "io.statefun.types/int" }];
    const report = await stand.run(
      `SELECT 'a/b' AS type, '1' AS id, 'n' AS name, 1.5::DOUBLE AS value;
       SELECT 'a/b' AS type, '1' AS id, 'm' AS name, 'text' AS value; SELECT 'a/b' AS type, '2' AS id, 'm' AS name, 1 AS value`,
      { registered, errorsMax: 10 },
    );
    expect(report.errors.map(({ problem }) => problem)).toEqual([
      "n of a/b is io.statefun.types/int, and this is io.statefun.types/double",
      "m of a/b is io.statefun.types/string, and this is io.statefun.types/int",
    ]);
  });
});

describe("merging", () => {
  const before = `SELECT 'a/b' AS type, 'old' AS id, 'n' AS name, 1 AS value; SELECT 'a/b' AS type, 'old' AS id, 'm' AS name, 1 AS value`;
  const rows = `SELECT 'a/b' AS type, 'new' AS id, 'n' AS name, 2 AS value; SELECT 'a/b' AS type, 'old' AS id, 'n' AS name, 2 AS value`;

  test("skips existing entities", async () => {
    await stand.run(before);
    const report = await stand.run(rows, { merge: "skip" });
    expect(stand.state()).toEqual(["new n", "old m", "old n"].map((key) => `a/b ${key} io.statefun.types/int ${key === "new n" ? 2 : 1}`));
    expect(report).toMatchObject({ entities: 1, skippedEntities: 1, values: 1, errorsTotal: 0 });
  });

  test("replaces them whole", async () => {
    await stand.run(before);
    const report = await stand.run(rows, { merge: "replace" });
    expect(stand.state()).toEqual(["a/b new n io.statefun.types/int 2", "a/b old n io.statefun.types/int 2"]);
    expect(report).toMatchObject({ entities: 2, replacedEntities: 1 });
  });

  test("or reports them as errors; an entity that has only waiting messages exists too", async () => {
    await stand.run(before);
    const { default: Database } = await import("better-sqlite3");
    const database = new Database(stand.outPath);
    database.exec(
      "CREATE TABLE message (sequence INTEGER PRIMARY KEY, target_type TEXT, target_id TEXT, typename TEXT, value BLOB); INSERT INTO message VALUES (1, 'a/b', 'new', 't', x'')",
    );
    database.close();
    const report = await stand.run(rows, { merge: "fail", errorsMax: 5 });
    expect(report.errors.map(({ key, problem }) => `${key}: ${problem}`)).toEqual([
      "a/b / new / n: this entity is there already",
      "a/b / old / n: this entity is there already",
    ]);
  });
});

describe("wrong SQL is refused with its place and its cure", () => {
  const cases: readonly [what: string, sql: string, where: string, detail: string][] = [
    ["none", "  -- nothing\n;", "sql", "0 statements"],
    ["an error of syntax, in its line", "SELECT 1 AS type;\n\nSELEC 2", "statement 1", "lack id, name, value"],
    ["a broken statement", "CREATE TABLE a (x INT);\nSELEC 2", "statement 2 (line 2)", "syntax error"],
    ["no such table", "SELECT 'a/b' AS type, id, 'n' AS name, 1 AS value FROM nobody", "statement 1", "nobody"],
    [
      "a column that state has not",
      "SELECT 'a/b' AS type, '1' AS id, 'n' AS name, 1 AS value, 2 AS colour",
      "statement 1",
      "column colour",
    ],
    ["an id that is a fraction", "SELECT 'a/b' AS type, 1.5 AS id, 'n' AS name, 1 AS value", "statement 1", "neither a text"],
    ["a value that cannot be cast", "SELECT 'a/b' AS type, 'x' AS id, 'n' AS name, 'x'::INT AS value", "statement 1", "Could not convert"],
    ["two statements in brackets", "SELECT 1) AS a; DROP TABLE x; SELECT (1", "statement 1", "syntax error"],
    ["only preparations", "CREATE TABLE a (x INT)", "sql", "no statement gives rows"],
  ];
  test.each(cases)("%s", async (...[, sql, where, detail]) => {
    await expect(stand.run(sql)).rejects.toMatchObject({
      code: "BOOTSTRAP_REFUSED",
      where: expect.stringContaining(where),
      detail: expect.stringContaining(detail),
      cure: expect.stringMatching(/./),
    });
  });

  test.each([
    ["a CSV file that is not there", "csv", "missing.csv", ""],
    ["a Parquet file that is a text", "parquet", "bad.parquet", "no parquet"],
    ["a SQLite file that is a text", "sqlite", "bad.db", "no database, but long enough to be looked at as one: ".repeat(40)],
    ["JSON lines that break off", "jsonl", "bad.jsonl", '{"a": 1}\n{"a": '],
  ] as const)("%s", async (...[, kind, name, content]) => {
    const path = content === "" ? join(stand.folder, name) : stand.file(name, content);
    const run = stand.run("SELECT 'a/b' AS type, 'x' AS id, 'n' AS name, count(*) AS value FROM bad", {
      sources: [fileSource(kind, "bad", path)],
    });
    await expect(run).rejects.toMatchObject({ code: "BOOTSTRAP_REFUSED", where: expect.stringMatching(/source bad|statement 1/) });
    // Who names a file does not learn where on the machine it lies, nor what we made of it.
    await expect(run).rejects.toMatchObject({ detail: expect.not.stringMatching(new RegExp(`${stand.folder}|CREATE VIEW`)) });
  });
});

test.each(["csv", "jsonl", "parquet", "sqlite"] as const)("a %s source whose file is absent is named", async (kind) => {
  const run = stand.run("SELECT 'a/b' AS type, 'x' AS id, 'n' AS name, 1 AS value FROM gone", {
    sources: [fileSource(kind, "gone", "/not/there")],
  });
  await expect(run).rejects.toMatchObject({
    where: "source gone",
    detail: "there is no file",
    cure: expect.stringMatching(/^Correct the path/),
  });
});

test("an id and a value that begin with U+FEFF keep it", async () => {
  const rows = stand.file("marks.csv", "id,text\nx,y\n\ufeffa,\ufeffb\n");
  await stand.run("SELECT 'a/b' AS type, id, 'n' AS name, text AS value FROM marks WHERE text <> 'y'", {
    sources: [fileSource("csv", "marks", rows)],
  });
  expect(stand.state()).toEqual(['a/b \ufeffa n io.statefun.types/string "\ufeffb"']);
});

describe("the SQL reaches nothing but its sources", () => {
  const reads: readonly string[] = [
    "FROM read_csv('$other')",
    "FROM read_text('/etc/passwd')",
    "FROM read_blob('/etc/*')",
    "FROM glob('/*')",
    "FROM '$other'",
    "FROM read_parquet('http://127.0.0.1:9/x.parquet')",
    "FROM 'https://127.0.0.1:9/x.csv'",
    "FROM sqlite_scan('$other', 't')",
    "FROM duckdb_secrets()",
    "FROM getenv('HOME')",
  ];
  test.each(reads)("%s", async (sql) => {
    const other = stand.file("other.csv", "x\n1\n");
    const text = `SELECT 'a/b' AS type, 'x' AS id, 'n' AS name, count(*) AS value ${sql.replace("$other", other)}`;
    await expect(stand.run(text, { sources })).rejects.toMatchObject({ code: "BOOTSTRAP_REFUSED" });
  });

  const writes: readonly string[] = [
    "COPY (SELECT 1) TO '$folder/written.csv'",
    "COPY (SELECT 'gone') TO '$folder/customers.csv' (USE_TMP_FILE false)",
    "EXPORT DATABASE '$folder/export'",
    "ATTACH '$folder/attached.db'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "SET allowed_paths = ['/etc/passwd']",
    "RESET lock_configuration",
    "PRAGMA enable_logging('HTTP')",
    "CREATE SECRET s (TYPE s3, KEY_ID 'x', SECRET 'y')",
  ];
  test.each(writes)("%s", async (sql) => {
    const content = readFileSync(join(stand.folder, "customers.csv"), "utf8");
    const text = `${sql.replace("$folder", stand.folder)}; SELECT 'a/b' AS type, 'x' AS id, 'n' AS name, 1 AS value`;
    await expect(stand.run(text, { sources })).rejects.toMatchObject({ code: "BOOTSTRAP_REFUSED" });
    expect(["written.csv", "export", "attached.db"].filter((name) => existsSync(join(stand.folder, name)))).toEqual([]);
    expect(readFileSync(join(stand.folder, "customers.csv"), "utf8")).toBe(content);
  });
});
