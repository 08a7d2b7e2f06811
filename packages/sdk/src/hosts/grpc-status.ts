/** statusOf: the gRPC status of a failure, the same for a unary call and for a call of a stream. */
import { status } from "@grpc/grpc-js";
import type { FailedOutcome } from "../dispatch.ts";

export type GrpcStatus = status;

export const reasonCharactersMax = 2_048;
/**
 * Of a reason that is sent as a header, percent-encoded: clients end the whole connection, with all its calls, when headers exceed what
 * they accept, and a letter may take nine bytes there.
 */
const reasonBytesMax = 4_096;

export function reasonInHeader(reason: string): string {
  // toWellFormed(), because half a surrogate pair cannot be percent-encoded.
  let text = reason.slice(0, reasonCharactersMax).toWellFormed();
  while (encodeURI(text).length > reasonBytesMax) text = text.slice(0, Math.floor(text.length * 0.75)).toWellFormed();
  return text;
}

export function statusOf(kind: FailedOutcome["kind"]): GrpcStatus {
  switch (kind) {
    case "malformed":
      return status.INVALID_ARGUMENT;
    case "unknown-type":
      return status.NOT_FOUND;
    case "rejected":
      return status.FAILED_PRECONDITION;
    case "retry-later":
      return status.ABORTED;
    case "threw":
      return status.UNKNOWN;
  }
}
