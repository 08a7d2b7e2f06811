/** Savepoint files for tests, made in plain SQL as docs/savepoint-format.md says. */
import Database from "better-sqlite3";

const head = `CREATE TABLE savepoint (format_version INTEGER NOT NULL, created_ms INTEGER);
  INSERT INTO savepoint VALUES (3, 1700000000000);
  CREATE TABLE state (type TEXT, id TEXT, name TEXT, typename TEXT, value BLOB, written_ms INTEGER, expires_ms INTEGER, PRIMARY KEY (type, id, name));`;

export const tableSql = {
  message:
    "CREATE TABLE message (sequence INTEGER PRIMARY KEY, caller_type TEXT, caller_id TEXT, target_type TEXT, target_id TEXT, typename TEXT, value BLOB);",
  delayed:
    "CREATE TABLE delayed_message (sequence INTEGER PRIMARY KEY, caller_type TEXT, caller_id TEXT, target_type TEXT, target_id TEXT, typename TEXT, value BLOB, due_ms INTEGER, token TEXT);",
  egress:
    "CREATE TABLE egress_record (sequence INTEGER PRIMARY KEY, egress TEXT, from_type TEXT, from_id TEXT, typename TEXT, value BLOB);",
  entity: "CREATE TABLE entity (type TEXT, id TEXT, status TEXT);",
  spec: "CREATE TABLE state_spec (type TEXT, name TEXT, typename TEXT, expiration_mode TEXT, expire_after_ms INTEGER);",
} as const;

export function savepointFile(path: string, ...statements: readonly string[]): string {
  const database = new Database(path);
  database.exec(head + statements.join(""));
  database.close();
  return path;
}
