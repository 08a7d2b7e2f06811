/**
 * Savepoint unreadable: the error that refuses a savepoint file, also made of what SQLite throws.
 */
import Database from "better-sqlite3";
import { EngineError } from "@signalbox/runtime/model/engine-error";

export const savepointDocs = "docs/savepoint-format.md";

/** A refusal quotes the file, which may hold a key of megabytes, so the text is cut. */
const messageCharactersMax = 1000;

export function unreadable(message: string, cure: string): EngineError {
  const shown = message.length <= messageCharactersMax ? message : `${message.slice(0, messageCharactersMax)}…`;
  return new EngineError("SAVEPOINT_UNREADABLE", shown, cure);
}

export function asUnreadable(error: unknown, path: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  return unreadable(
    `${path} cannot be read as SQLite: ${error.message}`,
    "the file is damaged or held by another program: close that program, or use another savepoint",
  );
}
