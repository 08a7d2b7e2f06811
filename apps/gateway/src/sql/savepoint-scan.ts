/**
 * SavepointScan: reads a table of a savepoint file page by page. Columns that the file lacks, because it was written by hand, read as NULL.
 */
import Database from "better-sqlite3";
import type { SqlRow, SqlTable } from "./sql-tables.ts";

const rowsPerPage = 2_048;

/** Each call of the result returns the next page; an empty page is the end. */
export function savepointPages({ name, columns }: SqlTable, path: string): () => readonly SqlRow[] {
  const database = new Database(path, { readonly: true, fileMustExist: true });
  database.pragma("trusted_schema = OFF");
  database.pragma("query_only = ON");
  const table = name.slice(name.indexOf("_") + 1);
  const found = database.prepare<[string], string>("SELECT lower(name) FROM pragma_table_info(?)").pluck().all(table);
  if (found.length === 0) return () => [];
  // The file's column `value` holds the bytes; the decoded value is made of them later.
  const cells = Object.keys(columns).map((column) => {
    if (column === "value") return "1";
    const inFile = column === "bytes" ? "value" : column;
    return found.includes(inFile) ? `"${inFile}"` : "NULL";
  });
  const rows = database
    .prepare<[], SqlRow>(`SELECT ${cells.join(", ")} FROM "${table}"`)
    .raw()
    .safeIntegers()
    .iterate();
  return () => {
    const page: SqlRow[] = [];
    while (page.length < rowsPerPage) {
      const next = rows.next();
      if (next.done === true) break;
      page.push(next.value);
    }
    return page;
  };
}
