/**
 * grpc-refusal: makes a named Failure of a status other than 0 and of what the function says beside it. For unary-call.ts and
 * call-stream.ts.
 */
import type { Failure } from "@signalbox/runtime/model/failure";
import { makeFailure } from "../transport-failure.ts";
import { saidByFunction } from "../status-failure.ts";

const rawCharactersMax = 2048;

export interface GrpcRefusal {
  readonly status: number;
  /** Decoded. */
  readonly reason: string | undefined;
  readonly outcome: string | undefined;
  readonly retryAfter: string | undefined;
}

/** What the function says about the message counts before what the status says about the service. */
export function refusedWith(url: string, { status, reason, outcome, retryAfter }: GrpcRefusal, nowMs: number): Failure {
  const raw = reason?.slice(0, rawCharactersMax);
  return saidByFunction(url, { outcome, retryAfter, raw }, nowMs) ?? grpcFailure(url, status, raw);
}

function grpcFailure(url: string, status: number, raw: string | undefined): Failure {
  // What the service says is `raw` alone: it may quote what it was given, and masks hide it there.
  const message = `${url} answered with gRPC status ${status}`;
  switch (status) {
    case 4:
      return makeFailure({
        code: "CALL_TIMEOUT",
        message,
        cure: "See why the function is slow, or raise the call timeout of the endpoint's transport.",
        raw,
      });
    case 8:
    case 14:
      return makeFailure({
        code: "ENDPOINT_OVERLOADED",
        message,
        cure: "Nothing to do: the engine slows down for it. Add instances if it lasts.",
        raw,
      });
    case 2:
    case 10:
    case 13:
    case 15:
      return makeFailure({
        code: "ENDPOINT_ERROR",
        message,
        cure: "Look into the function service's log: the function threw, or does not know this type.",
        raw,
      });
    case 12:
      return makeFailure({ code: "REPLY_STATUS", message, cure: "Serve signalbox.v1.Function/Invoke there, or correct the URL.", raw });
    default:
      return makeFailure({ code: "REPLY_STATUS", message, cure: "See why the function service refuses this request.", raw });
  }
}

/** Decodes the header grpc-message, which is percent-encoded. */
export function decodedMessage(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}
