/** ServerMessages: encodes the messages to a PostgreSQL client. Neighbours: connection.ts and session.ts send them. */
import type { WireErrorFields } from "./wire-error.ts";

export interface ColumnShape {
  readonly name: string;
  readonly oid: number;
  /** The size of the type's values; -1 when each value has its own. */
  readonly bytes: number;
  /** 0 text, 1 binary. */
  readonly format: number;
}

export type TransactionStatus = "I" | "T" | "E";

function message(letter: string, ...parts: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(5);
  head.write(letter, "latin1");
  head.writeInt32BE(4 + parts.reduce((sum, { length }) => sum + length, 0), 1);
  return Buffer.concat([head, ...parts]);
}

/** Counts go up to 65535; the size of a column may be -1. */
function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value & 0xffff);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

/** A zero byte inside would end the text, so it is removed. */
function text(value: string): Buffer {
  return Buffer.from(`${value.replaceAll("\0", "")}\0`);
}

export const serverMessages = {
  authenticationOk: () => message("R", int32(0)),
  scramOffered: () => message("R", int32(10), text("SCRAM-SHA-256"), Buffer.alloc(1)),
  scramGoesOn: (data: string) => message("R", int32(11), Buffer.from(data)),
  scramDone: (data: string) => message("R", int32(12), Buffer.from(data)),
  parameter: (name: string, value: string) => message("S", text(name), text(value)),
  keyData: (id: number, secret: number) => message("K", int32(id), int32(secret)),
  ready: (status: TransactionStatus) => message("Z", Buffer.from(status)),
  /** The client asked for a newer protocol or for options of it. */
  negotiated: (unknown: readonly string[]) => message("v", int32(3 << 16), int32(unknown.length), ...unknown.map(text)),
  parseDone: () => message("1"),
  bindDone: () => message("2"),
  closeDone: () => message("3"),
  noData: () => message("n"),
  suspended: () => message("s"),
  emptyQuery: () => message("I"),
  commandDone: (tag: string) => message("C", text(tag)),
  parameterTypes: (oids: readonly number[]) => message("t", int16(oids.length), ...oids.map(int32)),
  rowShape: (columns: readonly ColumnShape[]) =>
    message("T", int16(columns.length), ...columns.flatMap(({ name, oid, bytes, format }) => [text(name), shape({ oid, bytes, format })])),
  row: (cells: readonly (Buffer | null)[]) =>
    message("D", int16(cells.length), ...cells.flatMap((cell) => (cell === null ? [int32(-1)] : [int32(cell.length), cell]))),
  error: (fields: WireErrorFields) => message("E", ...said(fields)),
  notice: (text_: string) => message("N", ...said({ severity: "NOTICE", state: "01000", message: text_ })),
};

/** The description of a column that belongs to no table. */
function shape({ oid, bytes, format }: Omit<ColumnShape, "name">): Buffer {
  return Buffer.concat([int32(0), int16(0), int32(oid), int16(bytes), int32(-1), int16(format)]);
}

function said(fields: Omit<WireErrorFields, "severity"> & { readonly severity: string }): Buffer[] {
  const { severity, state, message: what, hint, position } = fields;
  const named: (readonly [string, string | undefined])[] = [
    ["S", severity],
    ["V", severity],
    ["C", state],
    ["M", what],
    ["H", hint],
    ["P", position === undefined ? undefined : String(position)],
  ];
  const parts = named.flatMap(([letter, value]) => (value === undefined ? [] : [Buffer.from(letter), text(value)]));
  return [...parts, Buffer.alloc(1)];
}
