/**
 * SessionSettings: the settings of a connection, for SET and SHOW. Only `statement_timeout` has an effect; the rest is kept so that clients
 * read back what they set. Neighbours: statement.ts reads SET, session.ts keeps one for each connection. Guarantee: bounded in number and
 * size.
 */
import { postgresVersion, postgresVersionNumber } from "../../sql/postgres-catalog.ts";
import { refused, states } from "./wire-error.ts";

const settingsMax = 100;
const valueCharactersMax = 1_000;
const statementMsMax = 300_000;
const statementMsDefault = 30_000;

const fixed: Readonly<Record<string, string>> = {
  server_version: postgresVersion,
  server_version_num: postgresVersionNumber,
  server_encoding: "UTF8",
  integer_datetimes: "on",
  is_superuser: "off",
  default_transaction_read_only: "on",
  transaction_read_only: "on",
  in_hot_standby: "off",
  transaction_isolation: "read committed",
  default_transaction_isolation: "read committed",
  max_identifier_length: "63",
  max_index_keys: "32",
  lc_collate: "C.UTF-8",
  lc_ctype: "C.UTF-8",
};

const defaults: Readonly<Record<string, string>> = {
  application_name: "",
  client_encoding: "UTF8",
  datestyle: "ISO, MDY",
  intervalstyle: "postgres",
  timezone: "UTC",
  standard_conforming_strings: "on",
  search_path: '"$user", public',
  extra_float_digits: "1",
  statement_timeout: `${statementMsDefault / 1_000}s`,
  lc_messages: "C",
  client_min_messages: "notice",
  bytea_output: "hex",
};

/** Settings that PostgreSQL reports to clients unasked, in its spelling. */
const reported = {
  application_name: "application_name",
  client_encoding: "client_encoding",
  datestyle: "DateStyle",
  default_transaction_read_only: "default_transaction_read_only",
  in_hot_standby: "in_hot_standby",
  integer_datetimes: "integer_datetimes",
  intervalstyle: "IntervalStyle",
  is_superuser: "is_superuser",
  server_encoding: "server_encoding",
  server_version: "server_version",
  standard_conforming_strings: "standard_conforming_strings",
  timezone: "TimeZone",
} as const;

export class SessionSettings {
  readonly #set = new Map<string, string>();

  get(name: string): string | undefined {
    if (Object.hasOwn(fixed, name)) return fixed[name];
    return this.#set.get(name) ?? (Object.hasOwn(defaults, name) ? defaults[name] : undefined);
  }

  all(): (readonly [string, string])[] {
    const names = new Set([...Object.keys(fixed), ...Object.keys(defaults), ...this.#set.keys()]);
    return [...names].toSorted().map((name) => [name, this.get(name) ?? ""]);
  }

  reported(): (readonly [string, string])[] {
    return Object.entries(reported).map(([name, spelt]) => [spelt, this.get(name) ?? ""]);
  }

  /** Returns what to report to the client; undefined when nothing. With `value` undefined the setting is reset. */
  set(name: string, value: string | undefined): readonly [string, string] | undefined {
    if (name === "all" && value === undefined) {
      this.#set.clear();
      return undefined;
    }
    check(name, value ?? "");
    if (value === undefined) this.#set.delete(name);
    else if (this.#set.size < settingsMax || this.#set.has(name)) this.#set.set(name, value);
    else throw refused(states.outOfMemory, `a connection keeps ${settingsMax} settings`);
    const spelt = Object.entries(reported).find(([known]) => known === name)?.[1];
    return spelt === undefined ? undefined : [spelt, this.get(name) ?? ""];
  }

  /** 0 means the longest allowed time. */
  get statementMs(): number {
    const found = /^(\d{1,12})\s*(us|ms|s|min|h)?$/.exec(this.get("statement_timeout") ?? "");
    const unitMs = { us: 0.001, ms: 1, s: 1_000, min: 60_000, h: 3_600_000 }[found?.[2] ?? "ms"] ?? 1;
    const asked = Number(found?.[1] ?? 0) * unitMs;
    return asked === 0 ? statementMsMax : Math.max(100, Math.min(asked, statementMsMax));
  }
}

function check(name: string, value: string): void {
  if (!/^[a-z_][a-z0-9_.]{0,99}$/.test(name)) throw refused("42704", `${JSON.stringify(name.slice(0, 100))} is no name of a setting`);
  if (value.length > valueCharactersMax) throw refused(states.invalidValue, `a setting has at most ${valueCharactersMax} characters`);
  if (Object.hasOwn(fixed, name) && value !== "" && !sameAsFixed(name, value))
    throw refused("55P02", `${name} is ${fixed[name]} and cannot be changed`);
  if (name === "client_encoding" && !/^(utf-?8|unicode|sql_ascii)?$/i.test(value))
    throw refused(states.invalidValue, `texts are UTF8 here, and not ${value.slice(0, 40)}`);
  if (name === "statement_timeout" && !/^(\d{1,12}\s*(us|ms|s|min|h)?)?$/.test(value))
    throw refused(states.invalidValue, `${value.slice(0, 40)} is no time`, "Write milliseconds, or a number with ms, s or min.");
}

/** Any isolation level is accepted, because there are no changes to isolate. */
function sameAsFixed(name: string, value: string): boolean {
  return (
    fixed[name] === value.toLowerCase() || name.endsWith("_isolation") || (name.endsWith("read_only") && /^(on|true|1|yes)$/i.test(value))
  );
}
