/**
 * SavepointEntries: rows as the entries that a savepoint of a store would read. Tests and fuzz targets give them to SavepointFiles.write.
 * The restore's own RowWriter makes them; entries that a savepoint does not read (tokens, depths, meta) are left out.
 */
import { savepointKeyTables } from "../../core/store/savepoint-entry.ts";
import type { SavepointRow } from "../../model/savepoint-rows.ts";
import type { StoreEntry, StoreWrite } from "../../ports/store.ts";
import { RowWriter } from "../../runtime/savepoints/savepoint-rows.ts";

export async function* savepointEntries(rows: Iterable<SavepointRow>): AsyncGenerator<StoreEntry> {
  const writer = new RowWriter(1);
  for (const row of rows) {
    writer.add(row);
    yield* entries(writer.take());
  }
  yield* entries(writer.finish({ epoch: 0, nextSequence: 0, journalBytes: 0 }));
}

function entries(writes: readonly StoreWrite[]): StoreEntry[] {
  return writes.flatMap(({ key, value }) =>
    value !== undefined && savepointKeyTables.some((table) => key.startsWith(`${table}\0`)) ? [[key, value] as const] : [],
  );
}
