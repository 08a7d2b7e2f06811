/**
 * MoveError: the expected refusals of a move between Signalbox and Flink. `code` is stable (docs/errors.md), `cure` says what to do. The
 * Java tool's own codes are turned into these in savepoint-tool.ts.
 */
export const moveErrorCodes = [
  /** Something of the savepoint cannot exist on the other side. */
  "MOVE_BLOCKED",
  "FLINK_SAVEPOINT_MISSING",
  /** The savepoint of a job that runs no StateFun, or no savepoint at all. */
  "FLINK_SAVEPOINT_FOREIGN",
  /** The savepoint is in a state backend's own format. */
  "FLINK_SAVEPOINT_NATIVE",
  "FLINK_SAVEPOINT_CUT",
  /** The savepoint has state of an embedded Java function. */
  "FLINK_STATE_UNKNOWN",
  /** The check after a move found a difference. */
  "MOVE_NOT_EQUAL",
  /** Java or the jars of Flink are missing. */
  "FLINK_TOOL_MISSING",
  "FLINK_TOOL_FAILED",
] as const;
export type MoveErrorCode = (typeof moveErrorCodes)[number];

export class MoveError extends Error {
  readonly code: MoveErrorCode;
  readonly cure: string;

  constructor(code: MoveErrorCode, message: string, cure: string) {
    super(message);
    this.name = "MoveError";
    this.code = code;
    this.cure = cure;
  }
}
