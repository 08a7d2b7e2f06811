/** RowsOf: the rows of one kind in an inspected savepoint file, in the order of their key. Neighbours: savepoint-read.ts, savepoint-erase-thread.ts. */
import type Database from "better-sqlite3";
import type { SavepointHeader, SavepointRow, SavepointRowKind } from "../../model/savepoint-rows.ts";
import { fromCells } from "./savepoint-cells.ts";
import { selectStatement } from "./savepoint-inspect-rows.ts";
import { savepointTables } from "./savepoint-tables.ts";

export interface RowsOfKind {
  readonly kind: SavepointRowKind;
  /** The columns that the file has; undefined when it has no such table. */
  readonly columns: readonly string[] | undefined;
  readonly header: SavepointHeader;
}

export function* rowsOf(database: Database.Database, { kind, columns, header }: RowsOfKind): Generator<SavepointRow> {
  if (columns === undefined) return;
  const cells = database.prepare<[], unknown[]>(selectStatement(savepointTables[kind], columns)).raw();
  for (const row of cells.iterate()) yield fromCells(kind, row, header);
}
