/**
 * StoreFiller: fills empty stores with the rows of a savepoint, each row in the store of its home (model/partition-place.ts), whatever
 * number of partitions wrote the file. Specs, and idempotency keys of old files that name no target, which any partition may need, go into
 * all of them.
 */
import { homeOf } from "../../model/partition-place.ts";
import { assertNever } from "../../model/invariant.ts";
import { PauseEndsFound } from "../../model/pause-ends.ts";
import type { SavepointRow } from "../../model/savepoint-rows.ts";
import type { Store } from "../../ports/store.ts";
import { RowWriter } from "./savepoint-rows.ts";

const batchRows = 4_000;

export class StoreFiller {
  readonly pauseEnds = new PauseEndsFound();
  private readonly targets: readonly { readonly store: Store; readonly writer: RowWriter }[];

  constructor(stores: readonly Store[]) {
    this.targets = stores.map((store) => ({ store, writer: new RowWriter(stores.length) }));
  }

  /** Calls `progress` now and then with the number of rows so far. */
  async fill(rows: Iterable<SavepointRow>, progress: (rows: number) => void = () => undefined): Promise<void> {
    let filled = 0;
    for (const row of rows) {
      this.pauseEnds.add(row);
      if (++filled % batchRows === 0) progress(filled);
      const home = this.targets.length === 1 ? 0 : homeOfRow(row, this.targets.length);
      for (const [index, { store, writer }] of this.targets.entries()) {
        if (home !== undefined && home !== index) continue;
        writer.add(row);
        if (writer.pendingWrites >= batchRows) await store.writeSynced(writer.take());
      }
    }
  }

  /** Writes what needs all rows to be known; after that the stores are whole. */
  async finish(meta: { readonly epoch: number; readonly nextSequence: number; readonly journalBytes: readonly number[] }): Promise<void> {
    for (const [index, { store, writer }] of this.targets.entries())
      await store.writeSynced(writer.finish({ ...meta, journalBytes: meta.journalBytes[index] ?? 0 }));
  }
}

/** Undefined when the row belongs to every partition. */
function homeOfRow(row: SavepointRow, count: number): number | undefined {
  switch (row.kind) {
    case "state":
      return homeOf(row.id, count);
    case "message":
      return homeOf(row.target.id, count);
    case "delayed":
      return homeOf(row.caller.id, count);
    case "egress":
      return homeOf(row.egress, count);
    case "entity":
      return homeOf(row.address.id, count);
    case "producer":
      return homeOf(row.producer, count);
    case "idempotency":
      return row.target === undefined ? undefined : homeOf(row.target.id, count);
    case "spec":
      return undefined;
    default:
      return assertNever(row);
  }
}
