/**
 * Statement: classifies a statement: a query, or one of the statements that PostgreSQL's clients send beside queries and that change
 * nothing here. Neighbours: session.ts does them; session-settings.ts keeps what SET says.
 */
import { sqlTokens, type SqlToken } from "../../sql/sql-tokens.ts";

export type Statement =
  | { readonly kind: "empty" }
  | { readonly kind: "query"; readonly sql: string }
  | { readonly kind: "show"; readonly name: string }
  | { readonly kind: "set"; readonly name: string; readonly value: string | undefined; readonly tag: string }
  | { readonly kind: "begin" | "end" | "rollback"; readonly tag: string }
  | { readonly kind: "deallocate"; readonly name: string | undefined }
  | { readonly kind: "write"; readonly word: string }
  /** Reads in a way that is not offered; the cure is another way. */
  | { readonly kind: "absent"; readonly word: string; readonly cure: string }
  /** Accepted without effect. */
  | { readonly kind: "nothing"; readonly tag: string };

/** Splits at the semicolons between statements. */
export function splitWire(sql: string): string[] {
  if (!sql.includes(";")) return isBlank(sql) ? [] : [sql];
  const parts: string[] = [];
  let from = 0;
  const tokens = sqlTokens(sql);
  for (const { kind, at, text } of tokens) {
    if (kind !== "other" || text !== ";") continue;
    parts.push(sql.slice(from, at));
    from = at + 1;
  }
  parts.push(sql.slice(from));
  return parts.filter((part) => !isBlank(part));
}

function isBlank(sql: string): boolean {
  return /^\s*$/.test(sql) || (/^\s*(--|\/\*)/.test(sql) && sqlTokens(sql).every(({ kind }) => kind === "blank"));
}

/** Statements that are no queries are short, so only this much is read. */
const headCharactersMax = 4_000;

const cursors = "Ask with SELECT: a driver reads rows piece by piece by its fetch size, psql without FETCH_COUNT.";
const prepared = "Prepare by the protocol, as drivers do, or write the values into the SELECT.";
const absent: ReadonlyMap<string, string> = new Map([
  ["copy", "Ask with SELECT; psql --csv writes the rows as a file has them."],
  ["declare", cursors],
  ["fetch", cursors],
  ["move", cursors],
  ["close", cursors],
  ["prepare", prepared],
  ["execute", prepared],
]);

export function statementOf(sql: string): Statement {
  const words = sqlTokens(sql.slice(0, headCharactersMax)).filter(({ kind, text }) => kind !== "blank" && text !== ";");
  const [first] = words;
  if (first === undefined) return { kind: "empty" };
  const word = first.text.toLowerCase();
  const second = words[1]?.text.toLowerCase() ?? "";
  switch (word) {
    case "begin":
    case "start":
      return { kind: "begin", tag: word === "begin" ? "BEGIN" : "START TRANSACTION" };
    case "commit":
    case "end":
      return { kind: "end", tag: "COMMIT" };
    case "abort":
    case "rollback":
      return second === "to" ? { kind: "nothing", tag: "ROLLBACK" } : { kind: "rollback", tag: "ROLLBACK" };
    case "savepoint":
    case "release":
    case "listen":
    case "unlisten":
      return { kind: "nothing", tag: word.toUpperCase() };
    case "discard":
      return { kind: "nothing", tag: `DISCARD ${second.toUpperCase()}` };
    case "deallocate":
      return { kind: "deallocate", name: deallocated(words) };
    case "set":
      return settingOf(words);
    case "reset":
      return { kind: "set", name: second, value: undefined, tag: "RESET" };
    case "show":
      return shown(words, sql);
    case "insert":
    case "update":
    case "delete":
    case "merge":
    case "truncate":
    case "create":
    case "alter":
    case "drop":
    case "grant":
    case "revoke":
      return { kind: "write", word: word.toUpperCase() };
    default: {
      const cure = absent.get(word);
      return cure === undefined ? { kind: "query", sql } : { kind: "absent", word: word.toUpperCase(), cure };
    }
  }
}

function deallocated(words: readonly SqlToken[]): string | undefined {
  const name = words.at(-1)?.text ?? "";
  return name.toLowerCase() === "all" ? undefined : unquoted(name);
}

/** SHOW of a setting; DuckDB's SHOW TABLES is a query. */
function shown(words: readonly SqlToken[], sql: string): Statement {
  const name = words
    .slice(1)
    .map(({ text }) => unquoted(text))
    .join(" ")
    .toLowerCase();
  if (name === "tables" || name.startsWith("tables ") || name === "databases") return { kind: "query", sql };
  const aliases: Readonly<Record<string, string>> = { "time zone": "timezone", "transaction isolation level": "transaction_isolation" };
  return { kind: "show", name: aliases[name] ?? name };
}

/** `SET [SESSION | LOCAL] name { TO | = } value`, `SET TIME ZONE value`. */
function settingOf(words: readonly SqlToken[]): Statement {
  let at = 1;
  const word = (index: number): string => words[index]?.text.toLowerCase() ?? "";
  if (["session", "local"].includes(word(at)) && word(at + 1) !== "characteristics" && word(at + 1) !== "authorization") at++;
  if (["transaction", "session", "constraints", "role"].includes(word(at))) return { kind: "nothing", tag: "SET" };
  const isZone = word(at) === "time" && word(at + 1) === "zone";
  const name = isZone ? "timezone" : unquoted(words[at]?.text ?? "").toLowerCase();
  at += isZone ? 2 : 1;
  // A name of two parts.
  let full = name;
  for (; word(at) === "."; at += 2) full += `.${unquoted(words[at + 1]?.text ?? "").toLowerCase()}`;
  if (!isZone) at++;
  const value = words
    .slice(at)
    .map(({ text }) => unquoted(text))
    .join(" ")
    .replaceAll(" , ", ", ");
  return { kind: "set", name: full, value: value.toLowerCase() === "default" ? undefined : value, tag: "SET" };
}

function unquoted(text: string): string {
  if (/^'[\s\S]*'$/.test(text)) return text.slice(1, -1).replaceAll("''", "'");
  return /^"[\s\S]*"$/.test(text) ? text.slice(1, -1).replaceAll('""', '"') : text;
}
