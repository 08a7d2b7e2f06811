/**
 * Savepoint cells: turns a row of the model into the cells of its table and back, in the column order of savepoint-tables.ts. Cells come
 * from an inspected file, so a cell of another type means that the file was changed since.
 */
import { EngineError } from "@signalbox/runtime/model/engine-error";
import type { Address } from "@signalbox/runtime/model/address";
import type { SavepointEntityRow, SavepointHeader, SavepointRow, SavepointRowKind } from "../../model/savepoint-rows.ts";
import { expirationModes } from "@signalbox/runtime/model/state-spec";
import { absentValue, type TypedValue } from "@signalbox/runtime/model/typed-value";

export type Cell = string | number | bigint | Uint8Array | null;

/** better-sqlite3 binds numbers as REAL; SQLite turns those back into INTEGER only below this. */
const realIntegerMax = 2 ** 51 - 1;

export function toCells(row: SavepointRow): Cell[] {
  switch (row.kind) {
    case "state":
      return [
        row.type,
        row.id,
        row.name,
        row.typename,
        row.bytes,
        integer(row.writtenMs),
        row.expiresMs === undefined ? null : integer(row.expiresMs),
      ];
    case "message":
      return [
        integer(row.sequence),
        integer(row.trace),
        row.caller?.type ?? null,
        row.caller?.id ?? null,
        row.target.type,
        row.target.id,
        row.value.typename,
        bytesOrNull(row.value),
        integer(row.atMs),
        row.headers ?? null,
      ];
    case "delayed":
      return [
        integer(row.sequence),
        integer(row.trace),
        row.caller.type,
        row.caller.id,
        row.target.type,
        row.target.id,
        row.value.typename,
        bytesOrNull(row.value),
        integer(row.dueMs),
        row.token,
        row.headers ?? null,
      ];
    case "egress":
      return [
        integer(row.sequence),
        integer(row.trace),
        row.egress,
        row.from.type,
        row.from.id,
        row.value.typename,
        bytesOrNull(row.value),
        integer(row.atMs),
        row.headers ?? null,
      ];
    case "entity":
      return entityCells(row);
    case "spec":
      return [row.type, row.spec.name, row.spec.typename, row.spec.expiration.mode, integer(row.spec.expiration.afterMs)];
    case "producer":
      return [row.producer, integer(row.sequence), row.position ?? null];
    case "idempotency":
      return [
        row.key,
        row.target?.type ?? "",
        row.target?.id ?? "",
        integer(row.messageId),
        integer(row.traceId),
        integer(row.atMs),
        row.digest === undefined ? null : integer(row.digest),
      ];
  }
}

export function headerCells(header: SavepointHeader): Cell[] {
  return [
    integer(header.formatVersion),
    integer(header.epoch),
    integer(header.nextSequence),
    integer(header.createdMs),
    header.engineVersion,
    header.partitionEnds === undefined ? null : JSON.stringify(header.partitionEnds),
  ];
}

/** Defaults of optional cells are those of docs/savepoint-format.md. */
export function fromCells(kind: SavepointRowKind, cells: readonly unknown[], header: SavepointHeader): SavepointRow {
  switch (kind) {
    case "state":
      return {
        kind,
        type: text(cells[0]),
        id: text(cells[1]),
        name: text(cells[2]),
        typename: text(cells[3]),
        bytes: bytes(cells[4]),
        writtenMs: orElse(cells[5], number, header.createdMs),
        expiresMs: orElse(cells[6], number, undefined),
      };
    case "message":
      return {
        kind,
        sequence: number(cells[0]),
        trace: trace(cells),
        caller: cells[2] === null ? undefined : address(cells, 2),
        target: address(cells, 4),
        value: typedValue(cells, 6),
        atMs: orElse(cells[8], number, header.createdMs),
        headers: orElse(cells[9], text, undefined),
      };
    case "delayed":
      return {
        kind,
        sequence: number(cells[0]),
        trace: trace(cells),
        caller: address(cells, 2),
        target: address(cells, 4),
        value: typedValue(cells, 6),
        dueMs: number(cells[8]),
        token: orElse(cells[9], text, ""),
        headers: orElse(cells[10], text, undefined),
      };
    case "egress":
      return {
        kind,
        sequence: number(cells[0]),
        trace: trace(cells),
        egress: text(cells[2]),
        from: address(cells, 3),
        value: typedValue(cells, 5),
        atMs: orElse(cells[7], number, header.createdMs),
        headers: orElse(cells[8], text, undefined),
      };
    case "entity":
      return entityRow(cells, header);
    case "spec":
      return specRow(cells);
    case "producer":
      return { kind, producer: text(cells[0]), sequence: number(cells[1]), position: orElse(cells[2], text, undefined) };
    case "idempotency":
      return {
        kind,
        key: text(cells[0]),
        target: orElse(cells[1], text, "") === "" ? undefined : { type: text(cells[1]), id: orElse(cells[2], text, "") },
        messageId: number(cells[3]),
        traceId: number(cells[4]),
        atMs: orElse(cells[5], number, header.createdMs),
        digest: orElse(cells[6], number, undefined),
      };
  }
}

function entityCells(row: SavepointEntityRow): Cell[] {
  const { address: of, status, failure, attempts, sinceMs, untilMs, pausedBy } = row;
  return [
    of.type,
    of.id,
    status,
    failure ?? null,
    integer(attempts),
    integer(sinceMs),
    untilMs === undefined ? null : integer(untilMs),
    pausedBy ?? null,
  ];
}

function entityRow(cells: readonly unknown[], header: SavepointHeader): SavepointRow {
  return {
    kind: "entity",
    address: address(cells, 0),
    status: oneOf(cells[2], ["paused", "parked"]),
    failure: orElse(cells[3], text, undefined),
    attempts: orElse(cells[4], number, 0),
    sinceMs: orElse(cells[5], number, header.createdMs),
    untilMs: orElse(cells[6], number, undefined),
    pausedBy: orElse(cells[7], text, undefined),
  };
}

function specRow(cells: readonly unknown[]): SavepointRow {
  const mode = cells[3] === null ? "none" : oneOf(cells[3], expirationModes);
  const expiration = { mode, afterMs: orElse(cells[4], number, 0) };
  return { kind: "spec", type: text(cells[0]), spec: { name: text(cells[1]), typename: text(cells[2]), expiration } };
}

function bytesOrNull(value: TypedValue): Uint8Array | null {
  return value.hasValue === false ? null : value.bytes;
}

function integer(value: number): number | bigint {
  return value > realIntegerMax && Number.isSafeInteger(value) ? BigInt(value) : value;
}

function text(cell: unknown): string {
  return typeof cell === "string" ? cell : changed("text", cell);
}

function number(cell: unknown): number {
  return typeof cell === "number" && Number.isSafeInteger(cell) ? cell : changed("a whole number", cell);
}

function bytes(cell: unknown): Uint8Array {
  return cell instanceof Uint8Array ? cell : changed("a blob", cell);
}

function oneOf<const Word extends string>(cell: unknown, words: readonly Word[]): Word {
  return words.find((word) => word === cell) ?? changed(words.join(" or "), cell);
}

function orElse<T, Default>(cell: unknown, read: (cell: unknown) => T, otherwise: Default): T | Default {
  return cell === null ? otherwise : read(cell);
}

function address(cells: readonly unknown[], at: number): Address {
  return { type: text(cells[at]), id: text(cells[at + 1]) };
}

function typedValue(cells: readonly unknown[], at: number): TypedValue {
  const typename = text(cells[at]);
  return cells[at + 1] === null ? absentValue(typename) : { typename, bytes: bytes(cells[at + 1]) };
}

/** A message without a trace begins a new one. */
function trace(cells: readonly unknown[]): number {
  return orElse(cells[1], number, number(cells[0]));
}

function changed(expected: string, cell: unknown): never {
  throw new EngineError(
    "SAVEPOINT_UNREADABLE",
    `a cell holds ${typeof cell} where ${expected} was found before`,
    "the file was changed while it was read: restore it again when nothing else writes to it",
  );
}
