/**
 * readValue: writes a client's parameter as SQL: a quoted text when its type is unknown (DuckDB then converts it to the type of what it is
 * compared with), else with a cast. Neighbours: session.ts puts it in the place of `$1` (dialect.ts); write-value.ts is the way back.
 * Guarantee: a parameter is always one value and can never become a part of the statement.
 */
import { postgresType } from "../../sql/postgres-types.ts";
import { dateText, timestampText } from "./calendar.ts";
import { refused, states } from "./wire-error.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** DuckDB's names of types whose values are written in quotes. */
const castOf: Readonly<Record<number, string>> = {
  16: "BOOLEAN",
  20: "BIGINT",
  21: "SMALLINT",
  23: "INTEGER",
  26: "BIGINT",
  700: "FLOAT",
  701: "DOUBLE",
  1082: "DATE",
  1083: "TIME",
  1114: "TIMESTAMP",
  1184: "TIMESTAMPTZ",
  1186: "INTERVAL",
  2950: "UUID",
};

export function readValue(value: Buffer | null, oid: number, format: number): string {
  if (value === null) return "NULL";
  const element = postgresType(oid)?.element ?? 0;
  // Libraries send bytes in binary form without a type.
  if (format !== 0 && oid === 0) return bytesSql(`\\x${value.toString("hex")}`);
  if (format !== 0) return element === 0 ? sqlOf(binaryText(value, oid), oid) : refuseBinary(oid);
  const text = decoded(value);
  return element === 0 ? sqlOf(text, oid) : listOf(text, element);
}

function sqlOf(text: string, oid: number): string {
  if (text.includes("\0")) throw refused("22021", "a parameter has a zero byte in it");
  if (oid === 17) return bytesSql(text);
  if (oid === 1700 && /^-?\d{1,38}(\.\d{1,38})?$/.test(text) && text.replace(/\D/g, "").length <= 38) return `(${text})`;
  const quoted = `'${text.replaceAll("'", "''")}'`;
  const type = castOf[oid];
  return type === undefined ? quoted : `CAST(${quoted} AS ${type})`;
}

function bytesSql(text: string): string {
  const hex = /^\\x((?:[0-9a-fA-F]{2})*)$/.exec(text)?.[1];
  const bytes = hex === undefined ? Buffer.from(text) : Buffer.from(hex, "hex");
  return `CAST('${bytes.toString("hex").replaceAll(/../g, (digits) => `\\x${digits}`)}' AS BLOB)`;
}

/** The SQL list for a quoted text that holds one; undefined when it holds none. */
export function listSql(quoted: string): string | undefined {
  const text = quoted.slice(1, -1).replaceAll("''", "'");
  return quoted.startsWith("'{") ? listOf(text, 0) : undefined;
}

const itemsMax = 10_000;

/** `{a,"b c",NULL}`. */
function listOf(text: string, element: number): string {
  const body = /^\{([\s\S]*)\}$/.exec(text)?.[1];
  if (body === undefined) throw refused("22P02", `${text.slice(0, 40)} is no list: {a,b}`);
  const items: string[] = [];
  // No blank can match two parts of this expression: otherwise backtracking over many blanks would take hours.
  const item = /\s*(?:"((?:[^"\\]|\\[\s\S])*)"\s*|([^",{}\\\s][^",{}\\]*))(?:,|$)/y;
  let more = body.trim() !== "";
  for (; more; more = item.lastIndex < body.length) {
    const found = item.exec(body);
    if (found === null || items.length >= itemsMax)
      throw refused(states.notSupported, "a list of lists, or one of more than 10000 values, is not understood");
    const [, quoted, plain = ""] = found;
    if (quoted === undefined && /^null$/i.test(plain.trim())) items.push("NULL");
    else items.push(sqlOf(quoted === undefined ? plain.trim() : quoted.replaceAll(/\\([\s\S])/g, "$1"), element));
  }
  return `[${items.join(", ")}]`;
}

const signed: Readonly<Record<number, number>> = { 20: 8, 21: 2, 23: 4, 26: 4 };

function binaryText(value: Buffer, oid: number): string {
  const whole = signed[oid];
  if (whole !== undefined) return String(sized(value, whole).length === 8 ? value.readBigInt64BE() : value.readIntBE(0, whole));
  switch (oid) {
    case 16:
      return sized(value, 1)[0] === 0 ? "false" : "true";
    case 17:
      return `\\x${value.toString("hex")}`;
    case 19:
    case 25:
    case 114:
    case 705:
    case 1042:
    case 1043:
      return decoded(value);
    case 700:
      return String(sized(value, 4).readFloatBE());
    case 701:
      return String(sized(value, 8).readDoubleBE());
    case 1082:
      return dateText(sized(value, 4).readInt32BE());
    case 1114:
    case 1184:
      return momentText(sized(value, 8).readBigInt64BE(), oid);
    case 2950:
      return sized(value, 16).toString("hex");
    default:
      return refuseBinary(oid);
  }
}

function momentText(micros: bigint, oid: number): string {
  const text = timestampText(micros);
  return oid === 1184 && !text.endsWith("infinity") ? `${text}+00` : text;
}

function sized(value: Buffer, bytes: number): Buffer {
  if (value.length !== bytes) throw refused("22P03", `a binary parameter has ${value.length} bytes instead of ${bytes}`);
  return value;
}

function decoded(value: Buffer): string {
  try {
    return utf8.decode(value);
  } catch {
    throw refused("22021", "a parameter is no UTF-8");
  }
}

function refuseBinary(oid: number): never {
  throw refused(states.notSupported, `parameters of type ${oid} are not read in binary form`, "Send it as text.");
}
