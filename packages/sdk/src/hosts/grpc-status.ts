/** statusOf: the gRPC status of a failure, the same for a unary call and for a call of a stream. */
import { status } from "@grpc/grpc-js";
import type { FailedOutcome } from "../dispatch.ts";

export type GrpcStatus = status;

/** A reason is sent as a percent-encoded header, and proxies may refuse headers of more than some kilobytes. */
export const reasonCharactersMax = 2_048;

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
