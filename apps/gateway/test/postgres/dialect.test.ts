/**
 * A statement of PostgreSQL's clients as the SQL operation gets it: what is replaced, what stays, and the position that a place had before.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyCharacter } from "../../../../e2e/stack/any-character.ts";
import { sqlTokens } from "../../src/sql/sql-tokens.ts";
import { rewrite } from "../../src/surfaces/postgres/dialect.ts";
import { splitWire, statementOf } from "../../src/surfaces/postgres/statement.ts";

const options = {
  value: (parameter: number) => ["'it''s $2'", "CAST('5' AS BIGINT)", "'{a,b}'"][parameter - 1],
  database: "box",
  user: "me",
  setting: (name: string) => (name === "server_version" ? "14.0" : undefined),
};
const sqlOf = (sql: string): string => rewrite(sql, options).sql;

describe("rewritten", () => {
  test.each([
    ["parameters", "select $1, $2 where x = $1", "select 'it''s $2', CAST('5' AS BIGINT) where x = 'it''s $2'"],
    ["a list to choose from", "select 1 where id = ANY ($3)", "select 1 where id IN (SELECT unnest(['a', 'b']))"],
    ["a list by its cast", "select $3::text[]", "select ['a', 'b']::VARCHAR[]"],
    ["the catalog", "FROM pg_catalog.pg_class c, pg_type", "FROM pg_wire.pg_class c, pg_wire.pg_type"],
    ["its functions", "pg_catalog.pg_get_userbyid(x)", "pg_wire.pg_get_userbyid(x)"],
    ["functions that both have", "pg_catalog.array_to_string(x, ',')", "array_to_string(x, ',')"],
    ["the information schema", "from information_schema.tables", "from pg_wire.is_tables"],
    ["our schema", 'from public.state, "public"."entities", box.public.journal', 'from main.state, main."entities", main.journal'],
    ["operators by their schema", "x OPERATOR(pg_catalog.~) '^(a)$' COLLATE pg_catalog.default", "x ~ '^(a)$' "],
    ["casts", "a::pg_catalog.regclass, b::name, 'state'::regclass", "a::VARCHAR, b::VARCHAR, pg_wire.to_regclass('state')"],
    ["what the connection is", "current_database(), current_user, version()", "'box', 'me', 'PostgreSQL 14.0 (Signalbox)'"],
    ["databases", "from pg_database where 1", "from pg_wire.pg_database('box') AS pg_database where 1"],
  ])("%s", (...[, given, expected]) => expect(sqlOf(given)).toBe(expected));

  test.each([
    "select '$1 pg_class public.x', \"pg_class $1\", $$ $1 $$, $q$ $1 $q$, E'\\' $1' -- $1\n/* $1 /* $1 */ pg_class */",
    "select x.pg_class, x.public from state",
  ])("as it is: %s", (sql) => expect(sqlOf(sql)).toBe(sql));

  test("Grafana's list of tables is one that DuckDB understands", () => {
    const paths = `(SELECT CASE WHEN trim(s[i]) = '"$user"' THEN user ELSE trim(s[i]) END FROM generate_series(array_lower(string_to_array(current_setting('search_path'),','),1), array_upper(string_to_array(current_setting('search_path'),','),1)) as i, string_to_array(current_setting('search_path'),',') s)`;
    expect(sqlOf(`select 1 where a in ${paths} order by b in ${paths}`)).toBe("select 1 where a in ('public') order by b in ('public')");
  });

  test("a place in the rewritten text leads back to the client's text", () => {
    const sql = "select $1, nope from public.state where $2 = wrong";
    const rewritten = rewrite(sql, options);
    for (const word of ["nope", "wrong", "where"]) expect(rewritten.placeOf(rewritten.sql.indexOf(word))).toBe(sql.indexOf(word));
    expect(rewritten.placeOf(rewritten.sql.indexOf("it''s"))).toBe(sql.indexOf("$1"));
  });
});

describe("pieces", () => {
  test("add up to the whole text, whatever it is", () => {
    const part = fc.constantFrom("'", '"', "$$", "$a$", "/*", "*/", "--", "\n", "\\", "e'", "$1", ";", "x", " ", "é", "😀", "::", "1.5");
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: anyCharacter }),
          fc.array(part).map((parts) => parts.join("")),
        ),
        (sql) => {
          const tokens = sqlTokens(sql);
          expect(tokens.map(({ text }) => text).join("")).toBe(sql);
          expect(tokens.every(({ text }) => text !== "")).toBe(true);
          expect(rewrite(sql, { ...options, value: () => undefined }).sql).toEqual(expect.any(String));
        },
      ),
    );
  });

  test("statements are cut at semicolons that end one", () => {
    expect(splitWire("select ';'; /* ; */ select $$;$$ ;; -- ;\n")).toEqual(["select ';'", " /* ; */ select $$;$$ "]);
  });
});

describe("statements", () => {
  test.each([
    ["SET application_name TO 'x y'", { kind: "set", name: "application_name", value: "x y" }],
    ['set local search_path = public, "$user"', { kind: "set", name: "search_path", value: "public, $user" }],
    ["SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", { kind: "nothing", tag: "SET" }],
    ["SET TIME ZONE 'UTC'", { kind: "set", name: "timezone", value: "UTC" }],
    ["SET a.b = 1", { kind: "set", name: "a.b", value: "1" }],
    ["RESET all", { kind: "set", name: "all", value: undefined }],
    ["SHOW TRANSACTION ISOLATION LEVEL", { kind: "show", name: "transaction_isolation" }],
    ["begin isolation level serializable", { kind: "begin" }],
    ["ROLLBACK TO SAVEPOINT x", { kind: "nothing" }],
    ['DEALLOCATE PREPARE "S_1"', { kind: "deallocate", name: "S_1" }],
    ["DEALLOCATE ALL", { kind: "deallocate", name: undefined }],
    ["-- nothing", { kind: "empty" }],
    ["with x as (select 1) from x", { kind: "query" }],
    ["insert into state values (1)", { kind: "write", word: "INSERT" }],
    ["copy state to stdout", { kind: "absent", word: "COPY", cure: expect.stringContaining("--csv") }],
    ["Prepare q AS SELECT 1", { kind: "absent", word: "PREPARE" }],
    ["execute q(1)", { kind: "absent", word: "EXECUTE" }],
    [
      "DECLARE _psql_cursor NO SCROLL CURSOR FOR\nSELECT 1",
      { kind: "absent", word: "DECLARE", cure: expect.stringContaining("FETCH_COUNT") },
    ],
    ["fetch forward 2 from c", { kind: "absent", word: "FETCH" }],
  ])("%s", (...[sql, expected]) => expect(statementOf(sql)).toMatchObject(expected));
});
