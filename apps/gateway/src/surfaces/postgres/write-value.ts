/**
 * writeValue: a cell of an answer as PostgreSQL writes its type, in text or in binary. Neighbours: session.ts writes rows; read-value.ts is
 * the way back; sql/postgres-types.ts says which type a column has. Cells come as JSON: 64-bit numbers, decimals, times and bytes are
 * texts.
 */
import type { SqlJson } from "../../sql/sql-job.ts";
import { postgresType } from "../../sql/postgres-types.ts";
import { clockMicros, daysOf, microsOf } from "./calendar.ts";
import { refused, states } from "./wire-error.ts";

type Cell = SqlJson;

/** DuckDB's suffix for dates before the year 1. */
const beforeOurEra = " (BC)";

/** Returns null for NULL. */
export function writeValue(cell: Cell, oid: number, format: number): Buffer | null {
  if (cell === null) return null;
  return format === 0 ? Buffer.from(asText(cell, oid)) : asBinary(cell, oid);
}

function asText(cell: Cell, oid: number): string {
  if (typeof cell === "boolean") return cell ? "t" : "f";
  if (typeof cell === "number") return String(cell);
  const element = postgresType(oid)?.element ?? 0;
  if (Array.isArray(cell) && element !== 0) return arrayText(cell, element);
  if (oid === 1186) return intervalText(intervalOf(cell));
  if (typeof cell !== "string") return JSON.stringify(cell);
  if (oid === 1082 || oid === 1114 || oid === 1184) return cell.includes(beforeOurEra) ? `${cell.replace(beforeOurEra, "")} BC` : cell;
  return oid === 17 ? `\\x${bytesOf(cell).toString("hex")}` : cell;
}

function arrayText(cells: readonly Cell[], element: number): string {
  const items = cells.map((cell) => {
    if (cell === null) return "NULL";
    const text = asText(cell, element);
    return /^[\w.:+-]+$/.test(text) && !/^null$/i.test(text) ? text : `"${text.replaceAll(/["\\]/g, (sign) => `\\${sign}`)}"`;
  });
  return `{${items.join(",")}}`;
}

/** DuckDB writes printable characters unchanged, and other bytes as \xHH. */
function bytesOf(text: string): Buffer {
  return Buffer.from(
    text.replaceAll(/\\x([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16))),
    "latin1",
  );
}

interface Interval {
  readonly months: number;
  readonly days: number;
  readonly micros: bigint;
}

function intervalOf(cell: Cell): Interval {
  const { months, days, micros } = typeof cell === "object" && cell !== null && !Array.isArray(cell) ? cell : {};
  return { months: Number(months ?? 0), days: Number(days ?? 0), micros: typeof micros === "string" ? BigInt(micros) : 0n };
}

function intervalText({ months, days, micros }: Interval): string {
  const parts = [months === 0 ? "" : `${months} mons`, days === 0 ? "" : `${days} days`, micros === 0n ? "" : clockText(micros)];
  return parts.filter((part) => part !== "").join(" ") || "00:00:00";
}

function clockText(micros: bigint): string {
  const amount = micros < 0n ? -micros : micros;
  const belowHour = amount % 3_600_000_000n;
  const fraction = String(amount % 1_000_000n)
    .padStart(6, "0")
    .replace(/(?<!0)0+$/, "");
  const clock = [amount / 3_600_000_000n, belowHour / 60_000_000n, (belowHour % 60_000_000n) / 1_000_000n].map(two).join(":");
  return (micros < 0n ? "-" : "") + clock + (fraction === "" ? "" : `.${fraction}`);
}

const two = (value: bigint): string => String(value).padStart(2, "0");

function asBinary(cell: Cell, oid: number): Buffer {
  const element = postgresType(oid)?.element ?? 0;
  if (element !== 0 && Array.isArray(cell)) return arrayBinary(cell, element);
  const text = typeof cell === "string" ? cell : asText(cell, oid);
  switch (oid) {
    case 16:
      return Buffer.from([text === "t" ? 1 : 0]);
    case 17:
      return bytesOf(typeof cell === "string" ? cell : "");
    case 20:
      return sized(8, (bytes) => bytes.writeBigInt64BE(BigInt(text)));
    case 21:
      return sized(2, (bytes) => bytes.writeInt16BE(Number(text)));
    case 23:
    case 26:
      return sized(4, (bytes) => bytes.writeInt32BE(Number(text) | 0));
    case 25:
    case 114:
    case 1043:
      return Buffer.from(text);
    case 700:
      return sized(4, (bytes) => bytes.writeFloatBE(Number(text)));
    case 701:
      return sized(8, (bytes) => bytes.writeDoubleBE(Number(text)));
    case 1082:
      return sized(4, (bytes) => bytes.writeInt32BE(there(daysOf(text))));
    case 1083:
      return sized(8, (bytes) => bytes.writeBigInt64BE(clockMicros(text)));
    case 1114:
    case 1184:
      return sized(8, (bytes) => bytes.writeBigInt64BE(there(microsOf(text))));
    case 1186:
      return intervalBinary(intervalOf(cell));
    case 1700:
      return numericBinary(text);
    case 2950:
      return Buffer.from(text.replaceAll("-", ""), "hex");
    default:
      throw refused(states.notSupported, `values of type ${oid} have no binary form here`, "Ask for them as text.");
  }
}

function sized(length: number, write: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(length);
  try {
    write(bytes);
  } catch {
    throw refused("22003", "a value does not fit into the binary form of its type", "Ask for it as text.");
  }
  return bytes;
}

function there<T>(value: T | undefined): T {
  if (value === undefined) throw new RangeError("no date");
  return value;
}

function intervalBinary({ months, days, micros }: Interval): Buffer {
  return sized(16, (bytes) => {
    bytes.writeBigInt64BE(micros);
    bytes.writeInt32BE(days, 8);
    bytes.writeInt32BE(months, 12);
  });
}

/** Digits of base 10 000. */
function numericBinary(text: string): Buffer {
  const found = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (found === null) throw refused(states.notSupported, `${text.slice(0, 40)} has no binary form here`, "Ask for it as text.");
  const [, sign = "", whole = "", fraction = ""] = found;
  const left = whole.padStart(Math.ceil(whole.length / 4) * 4, "0");
  const right = fraction.padEnd(Math.ceil(fraction.length / 4) * 4, "0");
  const digits = (left + right).match(/\d{4}/g)?.map(Number) ?? [];
  return sized(8 + digits.length * 2, (bytes) => {
    bytes.writeUInt16BE(digits.length);
    bytes.writeInt16BE(left.length / 4 - 1, 2);
    bytes.writeUInt16BE(sign === "" ? 0 : 0x4000, 4);
    bytes.writeUInt16BE(fraction.length, 6);
    digits.forEach((digit, at) => bytes.writeUInt16BE(digit, 8 + at * 2));
  });
}

function arrayBinary(cells: readonly Cell[], element: number): Buffer {
  const head = sized(cells.length === 0 ? 12 : 20, (bytes) => {
    bytes.writeInt32BE(cells.length === 0 ? 0 : 1);
    bytes.writeInt32BE(cells.includes(null) ? 1 : 0, 4);
    bytes.writeUInt32BE(element, 8);
    if (cells.length === 0) return;
    bytes.writeInt32BE(cells.length, 12);
    bytes.writeInt32BE(1, 16);
  });
  const items = cells.flatMap((cell) => {
    const value = writeValue(cell, element, 1);
    const length = sized(4, (bytes) => bytes.writeInt32BE(value?.length ?? -1));
    return value === null ? [length] : [length, value];
  });
  return Buffer.concat([head, ...items]);
}
