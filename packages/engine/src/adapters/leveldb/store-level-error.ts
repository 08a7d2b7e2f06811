/**
 * Level store errors: turns what classic-level throws into the engine's coded errors, with the cure for each.
 * LevelDB's own text stays in the message: it names the file.
 */
import { StoreError } from "@signalbox/runtime/model/engine-error";
import { diskFault } from "./disk-fault.ts";

interface CodedError extends Error {
  readonly code: string;
}

export function withCode(error: unknown): error is CodedError {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}

export function levelError(error: unknown, path: string): StoreError {
  if (error instanceof StoreError) return error;
  const deepest = deepestCoded(error);
  const text = deepest?.message ?? String(error);
  const place = path;
  switch (deepest?.code) {
    case "LEVEL_LOCKED":
      return heldError(path, `another process has it open: ${text}`);
    case "LEVEL_CORRUPTION":
      return new StoreError("DATA_CORRUPT", {
        message: `the store ${path} is damaged: ${text}`,
        place,
        cure: "stop the gateway and start it again: it checks every file and says which one is damaged and how to restore; check the disk before",
      });
    // A read came while a restore or an erasure replaced the store; nothing is wrong with the disk.
    case "LEVEL_DATABASE_NOT_OPEN":
    case "LEVEL_ITERATOR_NOT_OPEN":
      return new StoreError("STORE_FAILED", {
        message: `the store ${path} was closed while it was read: another takes its place (a restore, an erasure), or the engine stops (${text})`,
        place,
        cure: "Ask again in a moment.",
      });
    default:
      return diskFault(deepest ?? error, { what: `the store ${path} failed`, place });
  }
}

export function heldError(path: string, why: string): StoreError {
  return new StoreError("DATA_IN_USE", {
    message: `the store ${path} is held: ${why}`,
    place: path,
    cure: "stop the other gateway, or give this one its own data directory",
  });
}

/** classic-level wraps what LevelDB said as the cause of its own error. */
function deepestCoded(error: unknown): CodedError | undefined {
  let found: CodedError | undefined;
  for (let at: unknown = error; at instanceof Error; at = at.cause) if (withCode(at)) found = at;
  return found;
}
