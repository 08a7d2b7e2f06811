/**
 * EngineError: the closed set of expected refusals of the engine's API. `code` is stable; `cure` says what to do.
 * Broken invariants are not in it: they stop the partition (packages/engine/src/model/invariant.ts). A new code does not compile until it
 * has a status (apps/gateway/src/contract/problem.ts) and German words (apps/console/words/problems/de.ts); docs/errors.md explains it.
 */
export const engineErrorCodes = [
  "UNKNOWN_FUNCTION_TYPE",
  "TOO_MANY_TYPES",
  "UNKNOWN_ENTITY",
  "UNKNOWN_CALL",
  "OVERLOADED",
  "ENTITY_BUSY",
  "ENTITY_NOT_PARKED",
  "ENTITY_NOT_HELD",
  "TOO_MANY_BREAKPOINTS",
  "MAILBOX_EMPTY",
  "MESSAGE_MOVED",
  "MESSAGE_TOO_LARGE",
  "UNKNOWN_STATE",
  "STATE_TYPE_MISMATCH",
  "STORE_FAILED",
  "DISK_FULL",
  "DISK_READ_ONLY",
  "ENGINE_STOPPED",
  "ENGINE_DRAINING",
  "ENGINE_RESTORING",
  "SAVEPOINT_UNREADABLE",
  "SAVEPOINT_FAILED",
  "UNKNOWN_EGRESS",
  "INVALID_CURSOR",
  "SEQUENCE_GAP",
  "IDEMPOTENCY_KEY_REUSED",
  "DATA_IN_USE",
  "DATA_CORRUPT",
  "INVALID_ADDRESS",
  "CAPABILITY_MISSING",
  "CLUSTER_UNREACHABLE",
  "CLUSTER_REFUSED",
  "ENDPOINT_DEAD",
] as const;
export type EngineErrorCode = (typeof engineErrorCodes)[number];

export class EngineError extends Error {
  readonly code: EngineErrorCode;
  readonly cure: string;
  /** Set for OVERLOADED. */
  readonly retryAfterMs: number | undefined;

  // oxlint-disable-next-line max-params -- code, what, cure read like a sentence at every call; the fourth is rare
  constructor(code: EngineErrorCode, message: string, cure: string, retryAfterMs?: number) {
    super(message);
    this.name = "EngineError";
    this.code = code;
    this.cure = cure;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The store cannot be written (or read) now; it is tried again until it can. */
export type DiskErrorCode = Extract<EngineErrorCode, "STORE_FAILED" | "DISK_FULL" | "DISK_READ_ONLY">;
const diskErrorCodes: ReadonlySet<string> = new Set<DiskErrorCode>(["STORE_FAILED", "DISK_FULL", "DISK_READ_ONLY"]);

export function isDiskError(error: unknown): error is EngineError & { readonly code: DiskErrorCode } {
  return error instanceof EngineError && diskErrorCodes.has(error.code);
}

/** An error of the store or the data directory; `place` is the file or folder. */
export class StoreError extends EngineError {
  readonly place: string;

  constructor(code: EngineErrorCode, parts: { readonly message: string; readonly place: string; readonly cure: string }) {
    super(code, parts.message, parts.cure);
    this.place = parts.place;
  }
}
