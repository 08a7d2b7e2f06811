/**
 * SavepointErasure: the rows of a savepoint without the values of some entities, and how many of each kind went. Rows are read several
 * times, and none is kept. Neighbours: erase-savepoint-row.ts (one row), adapters/savepoint/savepoint-erase.ts (the files).
 */
import { addErasureCounts, noErasureCounts, type ErasureCounts, type ErasureTarget } from "@signalbox/runtime/model/erasure";
import type { SavepointRow } from "../../model/savepoint-rows.ts";
import { callsOfRow, savepointRowFate, type SavepointRowFate } from "./erase-savepoint-row.ts";
import { ErasedSet } from "./erased-set.ts";

export class SavepointErasure {
  readonly counts: ErasureCounts;
  /** Rows that go or change; those of an entity's status count here alone. */
  readonly rows: number;
  private readonly erased: ErasedSet;

  constructor(rows: Iterable<SavepointRow>, targets: readonly ErasureTarget[]) {
    this.erased = withCalls(rows, targets);
    let counts = noErasureCounts;
    let changed = 0;
    for (const row of rows) {
      const fate = this.fateOf(row);
      if (fate.kind === "stays") continue;
      changed++;
      counts = addErasureCounts(counts, { ...noErasureCounts, ...fate.counts });
    }
    this.counts = counts;
    this.rows = changed;
  }

  *left(rows: Iterable<SavepointRow>): Generator<SavepointRow> {
    for (const row of rows) {
      const fate = this.fateOf(row);
      if (fate.kind === "stays") yield row;
      if (fate.kind === "written") yield fate.row;
    }
  }

  private fateOf(row: SavepointRow): SavepointRowFate {
    return savepointRowFate(row, this.erased);
  }
}

function withCalls(rows: Iterable<SavepointRow>, targets: readonly ErasureTarget[]): ErasedSet {
  const erased = new ErasedSet(targets);
  const calls: ErasureTarget[] = [];
  for (const row of rows) calls.push(...callsOfRow(row, erased));
  return calls.length === 0 ? erased : new ErasedSet([...targets, ...calls]);
}
