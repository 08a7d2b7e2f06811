/**
 * Level store errors: turns what classic-level throws into the engine's coded errors, with the cure for each.
 * LevelDB's own text stays in the message: it names the file.
 */
import { EngineError } from "../model/engine-error.ts";

interface CodedError extends Error {
  readonly code: string;
}

export function withCode(error: unknown): error is CodedError {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}

export function levelError(error: unknown, path: string): EngineError {
  const deepest = deepestCoded(error);
  const text = deepest?.message ?? String(error);
  switch (deepest?.code) {
    case "LEVEL_LOCKED":
      return new EngineError(
        "DATA_IN_USE",
        `the store ${path} is held by another process: ${text}`,
        "stop the other gateway, or give this one its own data directory",
      );
    case "LEVEL_CORRUPTION":
      return new EngineError(
        "DATA_CORRUPT",
        `the store ${path} is damaged: ${text}`,
        "move the folder away and restore the newest savepoint; check the disk before",
      );
    case "LEVEL_DATABASE_NOT_OPEN":
      return new EngineError(
        "STORE_FAILED",
        `the store ${path} is not open: ${text}`,
        "wait until it was opened again, or start the engine anew",
      );
    default:
      return new EngineError("STORE_FAILED", `the store ${path} failed: ${text}`, "check free space and permissions of the data directory");
  }
}

/** classic-level wraps what LevelDB said as the cause of its own error. */
function deepestCoded(error: unknown): CodedError | undefined {
  let found: CodedError | undefined;
  for (let at: unknown = error; at instanceof Error; at = at.cause) if (withCode(at)) found = at;
  return found;
}
