/**
 * EngineError: the closed set of expected refusals of the engine's API. `code` is stable; `cure` says what to do.
 * Broken invariants are not in it: they stop the partition (model/invariant.ts).
 */
export const engineErrorCodes = [
  "UNKNOWN_FUNCTION_TYPE",
  "UNKNOWN_ENTITY",
  "OVERLOADED",
  "ENTITY_BUSY",
  "ENTITY_NOT_PARKED",
  "MAILBOX_EMPTY",
  "MESSAGE_TOO_LARGE",
  "UNKNOWN_STATE",
  "STATE_TYPE_MISMATCH",
  "STORE_FAILED",
  "ENGINE_STOPPED",
  "ENGINE_DRAINING",
  "SAVEPOINT_UNREADABLE",
  "SAVEPOINT_FAILED",
  "UNKNOWN_EGRESS",
  "INVALID_CURSOR",
  "SEQUENCE_GAP",
  "DATA_IN_USE",
  "DATA_CORRUPT",
  "INVALID_ADDRESS",
] as const;
export type EngineErrorCode = (typeof engineErrorCodes)[number];

export class EngineError extends Error {
  readonly code: EngineErrorCode;
  readonly cure: string;
  /** For OVERLOADED. */
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
