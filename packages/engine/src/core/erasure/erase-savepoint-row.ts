/**
 * EraseSavepointRow: what becomes of one row of a savepoint when the values of some entities are removed, as erase-row.ts does for a row of
 * a store. A savepoint has no journal, so the calls that an entity has to answer are found in its mailbox (callsOfRow) and by the caller.
 * Neighbours: the thread that writes the file again (savepoint-erase-thread.ts), and the simulator.
 */
import type { Address } from "@signalbox/runtime/model/address";
import { callTypes } from "@signalbox/runtime/model/call";
import type { ErasureCounts, ErasureTarget } from "@signalbox/runtime/model/erasure";
import type { SavepointRow } from "../../model/savepoint-rows.ts";
import type { ErasedSet } from "./erased-set.ts";

export type SavepointRowFate =
  | { readonly kind: "stays" }
  | { readonly kind: "goes"; readonly counts: Partial<ErasureCounts> }
  | { readonly kind: "written"; readonly counts: Partial<ErasureCounts>; readonly row: SavepointRow };

const stays: SavepointRowFate = { kind: "stays" };

export function savepointRowFate(row: SavepointRow, erased: ErasedSet): SavepointRowFate {
  switch (row.kind) {
    case "state":
      return erased.covers(row) ? { kind: "goes", counts: { states: 1 } } : stays;
    case "entity":
      return erased.covers(row.address) ? { kind: "goes", counts: {} } : stays;
    case "message":
      return erased.covers(row.target) || isOf(row.caller, erased) ? { kind: "goes", counts: { messages: 1 } } : stays;
    case "delayed":
      return erased.covers(row.target) || erased.covers(row.caller) ? { kind: "goes", counts: { delayedMessages: 1 } } : stays;
    case "egress":
      return erased.covers(row.from) ? { kind: "goes", counts: { egressRecords: 1 } } : stays;
    case "idempotency":
      if (row.digest === undefined || !isOf(row.target, erased)) return stays;
      return { kind: "written", counts: { keyDigests: 1 }, row: { ...row, digest: undefined } };
    // What functions declare and how far producers have come: none holds a value.
    case "spec":
    case "producer":
      return stays;
  }
}

/** Calls whose answers the entities give: what they say is kept in the name of the call (model/call.ts). */
export function callsOfRow(row: SavepointRow, erased: ErasedSet): ErasureTarget[] {
  if (row.kind !== "message" || row.caller === undefined) return [];
  if (erased.covers(row.target) && callTypes.has(row.caller.type)) return [row.caller];
  return erased.covers(row.caller) && callTypes.has(row.target.type) ? [row.target] : [];
}

function isOf(address: Address | undefined, erased: ErasedSet): boolean {
  return address !== undefined && erased.covers(address);
}
