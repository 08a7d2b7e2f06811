/**
 * EraseRow: what becomes of one row of a store when the values of some entities are removed: it stays, it is removed, or it is written
 * again without them. A row belongs to an entity when it is its state, or waits for it or comes from it, also in an outbox. A record of the
 * journal names many (erase-record.ts).
 * Neighbour: runtime/erasure/erased-copy.ts.
 * Guarantee: deterministic; the same row and addresses give the same answer, whichever partition holds the row (G8).
 */
import type { Address } from "@signalbox/runtime/model/address";
import type { ErasureCounts } from "@signalbox/runtime/model/erasure";
import type { OutboxEntry } from "../../model/outbox-entry.ts";
import { splitKey, storeKey, type KeyTable } from "../store/store-key.ts";
import { decodeRecord, type StoreRecord } from "../store/store-record.ts";
import { eraseRecord } from "./erase-record.ts";
import type { ErasedSet } from "./erased-set.ts";

/** Tables with rows that an erasure may have to change. */
export const erasedTables = ["s", "e", "m", "t", "n", "o", "i", "j"] as const satisfies readonly KeyTable[];

export type RowFate =
  | { readonly kind: "stays" }
  | {
      readonly kind: "goes";
      readonly counts: Partial<ErasureCounts>;
      /** A row that stands for it elsewhere. */
      readonly with?: string | undefined;
    }
  | { readonly kind: "written"; readonly counts: Partial<ErasureCounts>; readonly record: StoreRecord };

const stays: RowFate = { kind: "stays" };

export interface ErasedRow {
  readonly table: KeyTable;
  readonly key: string;
  readonly bytes: Uint8Array;
}

export function fateOf({ table, key, bytes }: ErasedRow, erased: ErasedSet, atMs: number): RowFate {
  switch (table) {
    case "s":
      return erased.covers(ownerOf(key)) ? { kind: "goes", counts: { states: 1 } } : stays;
    case "e":
      return erased.covers(ownerOf(key)) ? { kind: "goes", counts: {} } : stays;
    case "m":
      return isMessageErased(ownerOf(key), bytes, erased) ? { kind: "goes", counts: { messages: 1 } } : stays;
    case "t":
      return delayedFate(bytes, erased);
    case "n":
      return outboxFate(bytes, erased);
    case "o":
      if (!erased.mayBeIn(bytes) || !erased.covers(decodeRecord.egressRecord(bytes).from)) return stays;
      return { kind: "goes", counts: { egressRecords: 1 } };
    case "i":
      return keyFate(key, bytes, erased);
    case "j":
      return journalFate(bytes, erased, atMs);
    // Sums and marks, what functions declare, how far producers and partitions have come, eras: none holds a value.
    default:
      return stays;
  }
}

/** For a row whose key has the type and the id after its table. */
function ownerOf(key: string): Address {
  const [, type = "", id = ""] = splitKey(key);
  return { type, id };
}

function isMessageErased(target: Address, bytes: Uint8Array, erased: ErasedSet): boolean {
  if (erased.covers(target)) return true;
  if (!erased.mayBeIn(bytes)) return false;
  const { caller } = decodeRecord.message(bytes, target);
  return caller !== undefined && erased.covers(caller);
}

function delayedFate(bytes: Uint8Array, erased: ErasedSet): RowFate {
  if (!erased.mayBeIn(bytes)) return stays;
  const { caller, target, cancellationToken } = decodeRecord.delayed(bytes);
  if (!erased.covers(caller) && !erased.covers(target)) return stays;
  const token = cancellationToken === "" ? undefined : storeKey.token(caller.id, cancellationToken);
  return { kind: "goes", counts: { delayedMessages: 1 }, with: token };
}

function outboxFate(bytes: Uint8Array, erased: ErasedSet): RowFate {
  if (!erased.mayBeIn(bytes)) return stays;
  const entry: OutboxEntry = decodeRecord.outboxEntry(bytes);
  if (entry.kind === "egress") return erased.covers(entry.record.from) ? { kind: "goes", counts: { egressRecords: 1 } } : stays;
  const { target, caller } = entry.message;
  const isErased = erased.covers(target) || (caller !== undefined && erased.covers(caller));
  return isErased ? { kind: "goes", counts: { messages: 1 } } : stays;
}

/** The idempotency key stays until it is too old: without it a message that is sent again would be admitted again. */
function keyFate(key: string, bytes: Uint8Array, erased: ErasedSet): RowFate {
  const [, , type, id] = splitKey(key);
  if (type === undefined || id === undefined || !erased.covers({ type, id })) return stays;
  const record = decodeRecord.idempotency(bytes);
  if (record.digest === undefined) return stays;
  return { kind: "written", counts: { keyDigests: 1 }, record: { kind: "idempotency", ...record, digest: undefined } };
}

function journalFate(bytes: Uint8Array, erased: ErasedSet, atMs: number): RowFate {
  if (!erased.mayBeIn(bytes)) return stays;
  const before = decodeRecord.journal(bytes);
  const records = before.map((record) => eraseRecord(record, erased, atMs));
  const journalRecords = records.filter((record, index) => record !== before[index]).length;
  return journalRecords === 0 ? stays : { kind: "written", counts: { journalRecords }, record: { kind: "journal", records } };
}
