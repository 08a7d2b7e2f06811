/** SqliteFile: SQL on a file with node's own SQLite, so that a file is not written by the library that then reads it. */
import { DatabaseSync } from "node:sqlite";

/** Statements that do not run are left out, because hostile SQL need not be valid. */
export function executeSql(path: string, statements: readonly string[]): void {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA synchronous = OFF");
  database.exec("PRAGMA journal_mode = MEMORY");
  try {
    for (const statement of statements) {
      try {
        database.exec(statement);
      } catch {
        // A statement that is refused changes nothing.
      }
    }
  } finally {
    database.close();
  }
}
