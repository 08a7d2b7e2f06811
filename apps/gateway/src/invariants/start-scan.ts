/**
 * startScan: one look at everything: it takes a savepoint while messages flow, gives its rows to the invariants that ask for them, and
 * removes the file. Neighbours: invariant-watch.ts continues from where it was taken. Guarantee: the rows are of one moment, and they are
 * read in slices between the gateway's other turns.
 */
import { randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import Database from "better-sqlite3";
import { CapabilityMissing, type Engine, type Runtime } from "@signalbox/runtime";
import type { Masks } from "../masking/masks.ts";
import type { CompiledRule } from "./compiled-rule.ts";
import type { StartRow } from "./start-rows.ts";

export interface StartScanParts {
  readonly engine: Pick<Engine, "takeSavepoint">;
  readonly runtime: Pick<Runtime, "name" | "capabilities" | "cluster">;
  readonly masks: Masks;
  readonly folder: string;
  readonly signal: AbortSignal;
}

export interface StartScan {
  /** The sequence from which the journal continues, by partition. */
  readonly places: readonly number[];
  readonly entities: number;
  readonly messages: number;
}

const rowsASlice = 1_000;

/** `start` is called before the first row of each scan; it may throw. */
export async function startScan(parts: StartScanParts, rules: readonly CompiledRule[], take: (row: StartRow) => void): Promise<StartScan> {
  await mkdir(parts.folder, { recursive: true });
  const path = join(parts.folder, `${randomUUID()}.savepoint`);
  try {
    const { journalFrom } = await parts.engine.takeSavepoint(path, { signal: parts.signal });
    if (journalFrom === undefined) throw new CapabilityMissing(parts.runtime, "journal");
    const counts = await giveRows(path, { rules, parts, take });
    return { places: journalFrom, ...counts };
  } finally {
    await rm(path, { force: true });
  }
}

interface Giving {
  readonly rules: readonly CompiledRule[];
  readonly parts: StartScanParts;
  readonly take: (row: StartRow) => void;
}

async function giveRows(path: string, giving: Giving): Promise<{ entities: number; messages: number }> {
  const { rules, take, parts } = giving;
  const stateTypes = new Set(
    rules.flatMap((rule) =>
      rule.kind === "entity" ? [rule.type] : rule.terms.filter(({ over }) => over === "states").map(({ type }) => type),
    ),
  );
  const messageTypes = new Set(
    rules.flatMap((rule) => (rule.kind === "entity" ? [] : rule.terms.filter(({ over }) => over === "messages").map(({ type }) => type))),
  );
  const database = new Database(path, { readonly: true, fileMustExist: true });
  try {
    let last = "";
    let entities = 0;
    let messages = 0;
    for await (const row of inSlices(database.prepare<string[], SqlState>(stateSql(stateTypes)).iterate(...stateTypes), parts.signal)) {
      const key = JSON.stringify([row.type, row.id]);
      if (key !== last) entities += 1;
      last = key;
      take(stateRow(row, parts.masks));
    }
    for (const table of ["message", "delayed_message"] as const) {
      const rows = database.prepare<string[], SqlMessage>(messageSql(table, messageTypes)).iterate(...messageTypes);
      for await (const row of inSlices(rows, parts.signal)) {
        messages += 1;
        take(messageRow(row, table, parts.masks));
      }
    }
    return { entities, messages };
  } finally {
    database.close();
  }
}

async function* inSlices<T>(rows: IterableIterator<T>, signal: AbortSignal): AsyncGenerator<T> {
  let given = 0;
  for (const row of rows) {
    yield row;
    given += 1;
    if (given % rowsASlice !== 0) continue;
    signal.throwIfAborted();
    await nextTurn();
  }
}

interface SqlState {
  readonly type: string;
  readonly id: string;
  readonly name: string;
  readonly typename: string;
  readonly value: Uint8Array;
  readonly expires_ms: number | null;
}

interface SqlMessage {
  readonly caller_type: string | null;
  readonly caller_id: string | null;
  readonly target_type: string;
  readonly target_id: string;
  readonly typename: string;
  readonly value: Uint8Array | null;
  readonly due_ms: number;
  readonly token: string;
}

function stateSql(types: ReadonlySet<string>): string {
  return `SELECT type, id, name, typename, value, expires_ms FROM state WHERE type IN (${marks(types)}) ORDER BY type, id, name`;
}

function messageSql(table: "message" | "delayed_message", types: ReadonlySet<string>): string {
  const delayed = table === "delayed_message" ? "due_ms, token" : "0 AS due_ms, '' AS token";
  return `SELECT caller_type, caller_id, target_type, target_id, typename, value, ${delayed} FROM ${table} WHERE typename IN (${marks(types)}) ORDER BY sequence`;
}

function marks({ size }: ReadonlySet<string>): string {
  return Array.from({ length: size }, () => "?").join(", ");
}

function stateRow({ type, id, name, typename, value, expires_ms }: SqlState, masks: Masks): StartRow {
  const shown = masks.typed({ typename, bytes: value }, masks.table.state(type, name));
  return { kind: "state", address: { type, id }, name, value: shown, expires: expires_ms !== null };
}

function messageRow(row: SqlMessage, table: "message" | "delayed_message", masks: Masks): StartRow {
  const target = { type: row.target_type, id: row.target_id };
  const caller = row.caller_type === null || row.caller_id === null ? undefined : { type: row.caller_type, id: row.caller_id };
  const bytes = row.value ?? new Uint8Array();
  const held = { typename: row.typename, bytes, ...(row.value === null ? { hasValue: false as const } : {}) };
  const value = masks.typed(held, masks.table.message(target.type, caller?.type));
  if (table === "message" || caller === undefined) return { kind: "message", caller, target, value };
  return { kind: "delayed", caller, target, value, dueMs: row.due_ms, token: row.token };
}
