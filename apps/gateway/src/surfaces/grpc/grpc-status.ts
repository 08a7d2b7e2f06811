/**
 * gRPC status: every refusal as a status code with its stable code and cure.
 * The table over EngineErrorCode is exhaustive; the gateway's own refusals go by the HTTP status of their Problem.
 * Metadata: signalbox-code, signalbox-cure and, when a later try may work, retry-after-ms.
 */
import { Metadata, status as grpc, type ServiceError } from "@grpc/grpc-js";
import { EngineError, type EngineErrorCode } from "@signalbox/runtime";
import { GatewayError, type Problem } from "../../contract/problem.ts";
import { problemOf } from "../../contract/problem-of.ts";
import { cutEncoded } from "../../listener/cut-encoded.ts";

const engineStatuses: Record<EngineErrorCode, grpc> = {
  UNKNOWN_FUNCTION_TYPE: grpc.NOT_FOUND,
  TOO_MANY_TYPES: grpc.RESOURCE_EXHAUSTED,
  UNKNOWN_ENTITY: grpc.NOT_FOUND,
  UNKNOWN_CALL: grpc.NOT_FOUND,
  OVERLOADED: grpc.RESOURCE_EXHAUSTED,
  ENTITY_BUSY: grpc.ABORTED,
  ENTITY_NOT_PARKED: grpc.FAILED_PRECONDITION,
  ENTITY_NOT_HELD: grpc.FAILED_PRECONDITION,
  TOO_MANY_BREAKPOINTS: grpc.RESOURCE_EXHAUSTED,
  MESSAGE_MOVED: grpc.FAILED_PRECONDITION,
  MAILBOX_EMPTY: grpc.FAILED_PRECONDITION,
  MESSAGE_TOO_LARGE: grpc.INVALID_ARGUMENT,
  UNKNOWN_STATE: grpc.NOT_FOUND,
  STATE_TYPE_MISMATCH: grpc.FAILED_PRECONDITION,
  STORE_FAILED: grpc.UNAVAILABLE,
  DISK_FULL: grpc.UNAVAILABLE,
  DISK_READ_ONLY: grpc.UNAVAILABLE,
  ENGINE_STOPPED: grpc.UNAVAILABLE,
  ENGINE_DRAINING: grpc.UNAVAILABLE,
  ENGINE_RESTORING: grpc.UNAVAILABLE,
  SAVEPOINT_UNREADABLE: grpc.FAILED_PRECONDITION,
  SAVEPOINT_FAILED: grpc.INTERNAL,
  UNKNOWN_EGRESS: grpc.NOT_FOUND,
  INVALID_CURSOR: grpc.INVALID_ARGUMENT,
  SEQUENCE_GAP: grpc.FAILED_PRECONDITION,
  IDEMPOTENCY_KEY_REUSED: grpc.ALREADY_EXISTS,
  DATA_IN_USE: grpc.FAILED_PRECONDITION,
  DATA_CORRUPT: grpc.DATA_LOSS,
  INVALID_ADDRESS: grpc.INVALID_ARGUMENT,
  CAPABILITY_MISSING: grpc.UNIMPLEMENTED,
  CLUSTER_UNREACHABLE: grpc.UNAVAILABLE,
  CLUSTER_REFUSED: grpc.FAILED_PRECONDITION,
  ENDPOINT_DEAD: grpc.FAILED_PRECONDITION,
};

const httpStatuses: Record<number, grpc> = {
  400: grpc.INVALID_ARGUMENT,
  401: grpc.UNAUTHENTICATED,
  403: grpc.PERMISSION_DENIED,
  404: grpc.NOT_FOUND,
  408: grpc.DEADLINE_EXCEEDED,
  409: grpc.FAILED_PRECONDITION,
  413: grpc.INVALID_ARGUMENT,
  422: grpc.INVALID_ARGUMENT,
  424: grpc.FAILED_PRECONDITION,
  429: grpc.RESOURCE_EXHAUSTED,
  503: grpc.UNAVAILABLE,
};

const fullCodes: ReadonlySet<string> = new Set(["REQUESTS_TOO_LARGE", "TOO_MANY_STREAMS"]);

/**
 * The texts of a status are headers, and clients end the whole connection, with all its calls, when headers exceed what they accept (8 KiB
 * with grpc-java). So they are cut by the bytes that they have on the wire, percent-encoded.
 */
const detailBytesMax = 2_048;
const cureBytesMax = 1_024;

export type GrpcRefusal = Pick<ServiceError, "name" | "message" | "code" | "details" | "metadata">;

export function grpcRefusal(error: unknown, where: string): GrpcRefusal {
  const problem = problemOf(error, where);
  const code = error instanceof EngineError ? engineStatuses[error.code] : statusOf(problem);
  const metadata = new Metadata();
  metadata.set("signalbox-code", problem.code);
  const cure = cutEncoded(problem.cure, cureBytesMax);
  metadata.set("signalbox-cure", ascii(cure));
  if (problem.retryAfterMs !== undefined) metadata.set("retry-after-ms", String(problem.retryAfterMs));
  const details = `${cutEncoded(problem.detail, detailBytesMax)} ${cure}`;
  return { name: "GrpcRefusal", message: details, code, details, metadata };
}

/** "Full" has a status of its own, because with UNAVAILABLE clients would look for another server. */
function statusOf({ code, status }: Problem): grpc {
  return fullCodes.has(code) ? grpc.RESOURCE_EXHAUSTED : (httpStatuses[status] ?? grpc.INTERNAL);
}

export function invalidRequest(detail: string, where: string, cure: string): GatewayError {
  return new GatewayError("INVALID_REQUEST", { detail, where, cure });
}

/** Header values carry printable ASCII only. */
function ascii(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, "?");
}
