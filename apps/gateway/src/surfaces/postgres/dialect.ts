/**
 * Dialect: rewrites a PostgreSQL statement for the SQL operation: parameters become values, names of the system catalog are mapped to
 * sql/postgres-catalog.ts, and syntax that differs is written as DuckDB expects it. Neighbours: session.ts rewrites each statement,
 * wire-error.ts asks where a place was before. Guarantee: texts, quoted names and comments stay unchanged, except for the schema `public`
 * and the name of the database.
 */
import { refused } from "./wire-error.ts";
import { listSql } from "./read-value.ts";
import { catalogNames, catalogSchema, informationPrefix } from "../../sql/postgres-catalog.ts";
import { parameterNumber, sqlTokens, type SqlToken } from "../../sql/sql-tokens.ts";

/** The limit of the SQL operation. A parameter that is used often makes a statement long, so it holds of what is rewritten too. */
export const sqlCharactersMax = 100_000;
/** What one replaced piece takes while the statement is kept, about. */
const pieceBytes = 100;

export interface Rewritten {
  readonly sql: string;
  /** The memory that it takes while it is kept, about. */
  readonly heldBytes: number;
  /** Maps a position in `sql` to the client's text; undefined when it has no counterpart. */
  placeOf(at: number): number | undefined;
}

export interface DialectOptions {
  /** The SQL for `$1`; undefined to leave it. */
  readonly value: (parameter: number) => string | undefined;
  /** The name of the database as the client gave it. */
  readonly database: string;
  readonly user: string;
  /** The value that SHOW returns. */
  readonly setting: (name: string) => string | undefined;
}

/** Grafana lists the schemas of the search path with a table function that DuckDB lacks. */
const searchPathAsRows =
  /\(\s*SELECT\s+CASE\s+WHEN\s+trim\(s\[i\]\) = '"\$user"'[^']*FROM\s+generate_series\(.{0,400}?string_to_array\(current_setting\('search_path'\),\s?','\)\s+s\s*\)/gis;

interface Replaced {
  /** How many tokens are replaced. */
  readonly count: number;
  readonly by: string;
}

/** Throws a refusal before more than sqlCharactersMax is put together. */
export function rewrite(asked: string, options: DialectOptions): Rewritten {
  const sql = asked.replace(searchPathAsRows, "('public')");
  const tokens = sqlTokens(sql);
  const words = tokens.filter(({ kind }) => kind !== "blank");
  const pieces: { readonly from: number; readonly to: number; readonly text: string }[] = [];
  let characters = sql.length;
  for (let at = 0; at < words.length; ) {
    const found = replacement(words, at, options);
    const first = words[at];
    const last = words[at + (found?.count ?? 1) - 1];
    if (found !== undefined && first !== undefined && last !== undefined) {
      const to = last.at + last.text.length;
      pieces.push({ from: first.at, to, text: found.by });
      characters += found.by.length - (to - first.at);
      if (characters > sqlCharactersMax)
        throw refused("54000", `with its parameters a statement has at most ${sqlCharactersMax} characters`, "Use long parameters once.");
    }
    at += found?.count ?? 1;
  }
  const heldBytes = characters * 2 + pieces.length * pieceBytes;
  return { sql: joined(sql, pieces), heldBytes, placeOf: (place) => placeBefore(pieces, place) };
}

function joined(sql: string, pieces: readonly { from: number; to: number; text: string }[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { from, to, text } of pieces) {
    parts.push(sql.slice(at, from), text);
    at = to;
  }
  return parts.join("") + sql.slice(at);
}

function placeBefore(pieces: readonly { from: number; to: number; text: string }[], place: number): number | undefined {
  let shift = 0;
  for (const { from, to, text } of pieces) {
    const begins = from + shift;
    if (place < begins) break;
    if (place < begins + text.length) return from;
    shift += text.length - (to - from);
  }
  return place < shift ? undefined : place - shift;
}

const lookedAheadMax = 40;

/** The first closing bracket after a position; -1 when there is none nearby. */
function closing(words: readonly SqlToken[], at: number): number {
  for (let index = at + 1; index <= at + lookedAheadMax; index++) if (is(words[index], ")")) return index;
  return -1;
}

const lower = (token: SqlToken | undefined): string | undefined => {
  if (token?.kind === "word") return token.text.toLowerCase();
  return token?.kind === "name" ? token.text.slice(1, -1) : undefined;
};
const is = (token: SqlToken | undefined, text: string): boolean => token?.kind === "other" && token.text === text;

function replacement(words: readonly SqlToken[], at: number, options: DialectOptions): Replaced | undefined {
  const token = words[at];
  if (token === undefined) return undefined;
  if (token.kind === "text") return castText(words, at);
  const parameter = parameterNumber(token);
  if (parameter !== undefined) {
    const by = options.value(parameter);
    const isList = is(words[at + 1], ":") && is(words[at + 2], ":") && is(words[at + 4], "[");
    return by === undefined ? undefined : { count: 1, by: (isList ? listSql(by) : undefined) ?? by };
  }
  if (is(token, ":") && is(words[at + 1], ":")) return cast(words, at);
  if (is(token, "=") && lower(words[at + 1]) === "any") return anyOf(words, at, options);
  const name = lower(token);
  if (name === undefined || is(words[at - 1], ".")) return undefined;
  return qualified(words, { at, name }, options) ?? (token.kind === "word" ? bare(words, { at, name }, options) : undefined);
}

/** `pg_catalog.x`, `information_schema.x`, `public.x`, each with or without the database in front. */
function qualified(words: readonly SqlToken[], { at, name }: { at: number; name: string }, options: DialectOptions): Replaced | undefined {
  if (!is(words[at + 1], ".")) return undefined;
  const next = lower(words[at + 2]);
  if (next === undefined) return undefined;
  if (name === options.database && is(words[at + 3], ".") && ["public", "pg_catalog", "information_schema"].includes(next)) {
    const inner = qualified(words, { at: at + 2, name: next }, options);
    return inner === undefined ? undefined : { count: inner.count + 2, by: inner.by };
  }
  if (name === "public") return { count: 2, by: "main." };
  if (name === "information_schema" && catalogNames.has(informationPrefix + next))
    return { count: 3, by: `${catalogSchema}.${informationPrefix}${next}` };
  if (name !== "pg_catalog") return undefined;
  const plain = bare(words, { at: at + 2, name: next }, options);
  if (plain !== undefined) return { count: plain.count + 2, by: plain.by };
  // A function or a type that both systems have.
  return { count: 2, by: "" };
}

/** PostgreSQL's name for a column without an alias; undefined to keep DuckDB's. */
export function columnName(name: string): string | undefined {
  if (name === "count_star()") return "count";
  const called = new RegExp(`^${catalogSchema}\\.(\\w+)\\(`).exec(name)?.[1];
  return called ?? (name === "'public'" ? "current_schema" : undefined);
}

const constants: Readonly<Record<string, (options: DialectOptions) => string>> = {
  current_database: ({ database }) => database,
  current_catalog: ({ database }) => database,
  current_user: ({ user }) => user,
  session_user: ({ user }) => user,
  current_schema: () => "public",
  version: ({ setting }) => `PostgreSQL ${setting("server_version") ?? ""} (Signalbox)`,
};

function bare(words: readonly SqlToken[], { at, name }: { at: number; name: string }, options: DialectOptions): Replaced | undefined {
  const called = is(words[at + 1], "(");
  const constant = Object.hasOwn(constants, name) ? constants[name] : undefined;
  if (constant !== undefined && called && is(words[at + 2], ")")) return { count: 3, by: quoted(constant(options)) };
  if (constant !== undefined && !called && (name.startsWith("current_") || name === "session_user"))
    return { count: 1, by: quoted(constant(options)) };
  if (name === "current_setting" && called && words[at + 2]?.kind === "text") return setting(words, at, options);
  // operator(pg_catalog.~)
  if (name === "operator" && called) return operator(words, at);
  if (name === "collate" && words[at + 1] !== undefined) return { count: lower(words[at + 1]) === "pg_catalog" ? 4 : 2, by: "" };
  if (name === "pg_database") return databases(words, at, options);
  if (catalogNames.has(name) && !name.startsWith(informationPrefix)) return { count: 1, by: `${catalogSchema}.${name}` };
  return undefined;
}

/** `current_setting('name')`, and with `, true`. */
function setting(words: readonly SqlToken[], at: number, options: DialectOptions): Replaced | undefined {
  const end = closing(words, at);
  const name = words[at + 2]?.text.slice(1, -1).toLowerCase() ?? "";
  const value = options.setting(name);
  if (end < 0) return undefined;
  return { count: end - at + 1, by: value === undefined ? "CAST(NULL AS VARCHAR)" : quoted(value) };
}

const afterTable = new Set([
  "where",
  "order",
  "group",
  "limit",
  "left",
  "right",
  "inner",
  "cross",
  "full",
  "join",
  "on",
  "union",
  "having",
]);

/** With the name that the client uses for the database, so it is no view. */
function databases(words: readonly SqlToken[], at: number, { database }: DialectOptions): Replaced | undefined {
  const next = words[at + 1];
  if (is(next, ".")) return undefined;
  const isNamed = next !== undefined && next.kind !== "other" && !afterTable.has(lower(next) ?? "");
  return { count: 1, by: `${catalogSchema}.pg_database(${quoted(database)})${isNamed ? "" : " AS pg_database"}` };
}

function operator(words: readonly SqlToken[], at: number): Replaced | undefined {
  const end = closing(words, at);
  const sign = words
    .slice(at + 2, end)
    .filter(({ kind, text }) => kind === "other" && text !== ".")
    .map(({ text }) => text)
    .join("");
  return end < 0 ? undefined : { count: end - at + 1, by: sign };
}

const typesByName: Readonly<Record<string, string>> = {
  name: "VARCHAR",
  regclass: "VARCHAR",
  regtype: "VARCHAR",
  regproc: "VARCHAR",
  regprocedure: "VARCHAR",
  regnamespace: "VARCHAR",
  regrole: "VARCHAR",
  text: "VARCHAR",
  char: "VARCHAR",
  bpchar: "VARCHAR",
  varchar: "VARCHAR",
  oid: "BIGINT",
  xid: "BIGINT",
  int2: "SMALLINT",
  int4: "INTEGER",
  int8: "BIGINT",
  bool: "BOOLEAN",
  float4: "FLOAT",
  float8: "DOUBLE",
  bytea: "BLOB",
  jsonb: "JSON",
  sql_identifier: "VARCHAR",
  character_data: "VARCHAR",
  cardinal_number: "INTEGER",
  yes_or_no: "VARCHAR",
};

/** `::pg_catalog.regclass`, `::name`; types that both know stay. */
function cast(words: readonly SqlToken[], at: number): Replaced | undefined {
  const schema = lower(words[at + 2]);
  const isQualified = (schema === "pg_catalog" || schema === "information_schema") && is(words[at + 3], ".");
  const type = lower(words[at + (isQualified ? 4 : 2)]) ?? "";
  const known = Object.hasOwn(typesByName, type) ? typesByName[type] : undefined;
  if (!isQualified && known === undefined) return undefined;
  const count = isQualified ? 5 : 3;
  return { count, by: `::${known ?? type}` };
}

/** `'state'::regclass`, `'{a,b}'::text[]`. */
function castText(words: readonly SqlToken[], at: number): Replaced | undefined {
  if (!is(words[at + 1], ":") || !is(words[at + 2], ":")) return undefined;
  const list = is(words[at + 4], "[") ? listSql(words[at]?.text ?? "") : undefined;
  if (list !== undefined) return { count: 1, by: list };
  const isQualified = lower(words[at + 3]) === "pg_catalog";
  const text = words[at]?.text ?? "";
  if (lower(words[at + (isQualified ? 5 : 3)]) !== "regclass" || /^'\d+'$/.test(text)) return undefined;
  return { count: isQualified ? 6 : 4, by: `${catalogSchema}.to_regclass(${text})` };
}

/** `= ANY ($1)`, which DuckDB does not accept over pulled tables. */
function anyOf(words: readonly SqlToken[], at: number, { value }: DialectOptions): Replaced | undefined {
  const parameter = words[at + 3];
  const number = parameter === undefined ? undefined : parameterNumber(parameter);
  const end = closing(words, at);
  const list = number === undefined ? undefined : value(number);
  if (!is(words[at + 2], "(") || end < 0 || list === undefined) return undefined;
  const isCast = is(words[at + 4], ":");
  if (end !== at + 4 && !isCast) return undefined;
  // A list without a type is a text.
  const items = list.startsWith("[") ? list : listSql(list);
  return items === undefined ? undefined : { count: end - at + 1, by: `IN (SELECT unnest(${items}))` };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
