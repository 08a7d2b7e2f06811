/** SqliteFile: SQL on a file with node's own SQLite, so that a file is not written by the library that then reads it. */
import { DatabaseSync } from "node:sqlite";

/** What does not run is left out: hostile SQL need not be right. */
export function executeSql(path: string, statements: readonly string[]): void {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA synchronous = OFF");
  database.exec("PRAGMA journal_mode = MEMORY");
  try {
    for (const statement of statements) {
      try {
        database.exec(statement);
      } catch {
        // A refused statement changes nothing.
      }
    }
  } finally {
    database.close();
  }
}
