/**
 * rowsAround: returns the rows that are nearest to the moment, newest first: as many before it as after it where they exist. Pure.
 */
export interface RowsAround<Row> {
  readonly rows: readonly Row[];
  /** The index of the first row that had happened by the moment; -1 when there is none. */
  readonly first: number;
}

export function rowsAround<Row extends { readonly atMs: number }>(all: readonly Row[], atMs: number, most: number): RowsAround<Row> {
  const sorted = all.toSorted((left, right) => right.atMs - left.atMs);
  const after = sorted.filter((row) => row.atMs > atMs).length;
  const from = Math.max(0, Math.min(after - Math.floor(most / 2), sorted.length - most));
  const rows = sorted.slice(from, from + most);
  return { rows, first: after - from < rows.length ? after - from : -1 };
}
