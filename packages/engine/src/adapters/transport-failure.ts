/**
 * transport-failure: every way in which a call can go wrong, as a named Failure with its scope and its cure.
 * Neighbours: reply-call.ts and transport-grpc.ts ask here; status-failure.ts has the ways in which an answer refuses; model/failure.ts
 * defines the scopes; docs/errors.md lists the codes.
 */
import type { EndpointSpec } from "@signalbox/runtime/model/endpoint-spec";
import type { Failure, FailureCode, FailureScope } from "@signalbox/runtime/model/failure";

const rawCharactersMax = 2048;
/** For services that somebody else runs; co-located ones have cures of their own (process/transport-process.ts). */
export const startService = "Start the function service, or correct host and port.";
export const lookIntoLog = "Look into the function service's log:";
const printable = /^[\t\n\r\x20-\x7e\u00a0-\uffff]*$/;

const scopes: Partial<Record<FailureCode, FailureScope>> = {
  ENDPOINT_REFUSED: "down",
  ENDPOINT_ASLEEP: "down",
  ENDPOINT_DNS: "down",
  ENDPOINT_TLS: "down",
  ENDPOINT_CONNECT_TIMEOUT: "down",
  ENDPOINT_FORBIDDEN: "down",
  ENDPOINT_DISCONNECTED: "suspect",
  ENDPOINT_OVERLOADED: "suspect",
  ENDPOINT_ERROR: "suspect",
  ENDPOINT_GATEWAY: "suspect",
  CALL_TIMEOUT: "suspect",
  REPLY_MEMORY_FULL: "shortage",
};

export interface FailureParts {
  readonly code: FailureCode;
  readonly message: string;
  readonly cure: string;
  readonly retryAfterMs?: number | undefined;
  readonly raw?: string | undefined;
}

export function makeFailure(parts: FailureParts): Failure {
  const scope = scopes[parts.code] ?? "entity";
  return { code: parts.code, scope, message: parts.message, cure: parts.cure, retryAfterMs: parts.retryAfterMs, raw: parts.raw };
}

/** `raw` is what the function says; it may quote what it was given, so masks hide it. */
export function rejectedBy(url: string, raw: string | undefined): Failure {
  return makeFailure({
    code: "REJECTED",
    message: `the function at ${url} rejects the message`,
    cure: "Read its reason; edit the message or discard it.",
    raw,
  });
}

/** The time is absent when the function gave none. */
export function putOffBy(url: string, { retryAfterMs, raw }: Pick<FailureParts, "retryAfterMs" | "raw">): Failure {
  return makeFailure({
    code: "RETRY_LATER",
    message: `the function at ${url} wants to be asked later`,
    cure: "Nothing to do: it is asked again at the time that it gave.",
    retryAfterMs,
    raw,
  });
}

/** What came, as shown to people: as text if it is text, else in hexadecimal. */
export function rawExcerpt(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return undefined;
  const text = new TextDecoder("utf-8").decode(bytes.subarray(0, rawCharactersMax * 4));
  if (!text.includes("\ufffd") && printable.test(text)) return text.slice(0, rawCharactersMax);
  return Buffer.from(bytes.subarray(0, rawCharactersMax / 2)).toString("hex");
}

/** The gateway that wakes the endpoint removes the mark, and all that waits goes on. `so`: what the call found instead. */
export function endpointAsleep({ id, module }: Pick<EndpointSpec, "id" | "module">, so?: string): Failure {
  return makeFailure({
    code: "ENDPOINT_ASLEEP",
    message: `${id} (module ${module}) is scaled to zero and is being woken${so === undefined ? "" : `; so far ${so}`}`,
    cure: "Nothing to do: it is woken because this waits. If it lasts, see on the endpoint's page what becomes of the wake.",
  });
}

export function malformedReply(
  url: string,
  code: "REPLY_MALFORMED" | "INVALID_ADDRESS",
  detail: { reason: string; body: Uint8Array },
): Failure {
  return makeFailure({
    code,
    message: `the reply of ${url} cannot be used: ${detail.reason}`,
    cure: "Answer with the bytes that the StateFun SDK returns, unchanged; if the endpoint is not a StateFun function, correct its URL.",
    raw: rawExcerpt(detail.body),
  });
}

/** The reply had no length and ended with the connection, and what came is not a whole reply. */
export function cutReply(url: string, came: string): Failure {
  return makeFailure({
    code: "ENDPOINT_DISCONNECTED",
    message: `${url} closed the connection before the reply was complete: it named no length, and what came is ${came}`,
    cure: "Send the reply with content-length or in chunks, so that its end can be seen; then look for what closes the connection.",
  });
}

/** The fault is ours, so the attempt does not count and the call is sent again later. */
export function replyMemoryFull(url: string, bytesMax: number): Failure {
  return makeFailure({
    code: "REPLY_MEMORY_FULL",
    message: `the reply of ${url} found no room: replies under way hold ${bytesMax} bytes already`,
    cure: "Nothing at once: it is asked again when others are done. Raise SIGNALBOX_REPLY_BYTES_IN_MEMORY_MAX if it lasts.",
  });
}

export function replyBeyondMemory(url: string, { bytes, bytesMax }: { bytes: number; bytesMax: number }): Failure {
  return makeFailure({
    code: "REPLY_TOO_LARGE",
    message: `the reply of ${url} (${bytes} bytes and more) takes more memory than the ${bytesMax} bytes that all replies may have`,
    cure: "Answer with fewer and smaller effects, or raise SIGNALBOX_REPLY_BYTES_IN_MEMORY_MAX.",
  });
}

export function replyTooLarge(url: string, bytesMax: number): Failure {
  return makeFailure({
    code: "REPLY_TOO_LARGE",
    message: `the reply of ${url} is larger than ${bytesMax} bytes`,
    cure: "Send smaller messages and states, or raise payload_max_bytes of the endpoint's transport.",
  });
}

export function requestTooLarge(url: string, bytesMax: number): Failure {
  return makeFailure({
    code: "REQUEST_TOO_LARGE",
    message: `the request to ${url} (batch and state) is larger than ${bytesMax} bytes`,
    cure: "Raise payload_max_bytes of the endpoint's transport, lower maxNumBatchRequests, or keep less in the entity's state.",
  });
}

export function callTimeout(url: string, timeoutMs: number): Failure {
  return makeFailure({
    code: "CALL_TIMEOUT",
    message: `no complete reply of ${url} within ${timeoutMs} ms`,
    cure: "See why the function is slow, or raise the call timeout of the endpoint's transport.",
  });
}

export function callAborted(url: string): Failure {
  return makeFailure({
    code: "CALL_TIMEOUT",
    message: `the call to ${url} was given up`,
    cure: "Nothing to do: the engine tries again when it runs.",
  });
}

export function badUrl(urlTemplate: string, reason: string): Failure {
  return makeFailure({
    code: "ENDPOINT_DNS",
    message: `the URL ${urlTemplate} cannot be called: ${reason}`,
    cure: "Correct urlPathTemplate in the module; http, https, http+unix, https+unix, grpc and grpcs URLs are served.",
  });
}

/** The name came with a message, so other functions of the endpoint are still called. */
export function badFunctionName(urlTemplate: string, type: string, reason: string): Failure {
  return makeFailure({
    code: "INVALID_ADDRESS",
    message: `${JSON.stringify(type)} cannot be called at ${urlTemplate}: ${reason}`,
    cure: "Send to a type with another name, or bind this type to an endpoint of its own without {function.name}; then retry or discard.",
  });
}

export function forbiddenPlace(url: string, reason: string): Failure {
  return makeFailure({
    code: "ENDPOINT_FORBIDDEN",
    message: `${url} may not be called: ${reason}`,
    cure: "Correct urlPathTemplate in the module, or let whoever runs the gateway name the place in SIGNALBOX_ENDPOINT_ALLOW.",
  });
}

/** `code` is that of the error, if it has one. */
export function badTls(url: string, reason: string, code = ""): Failure {
  const cure =
    code === "CERT_HAS_EXPIRED"
      ? "Renew the endpoint's certificate; all that waits for it goes on by itself."
      : "Check trust_cacerts, client_cert, client_key and client_key_password of the module against the endpoint's certificates.";
  return makeFailure({ code: "ENDPOINT_TLS", message: `TLS with ${url} failed: ${reason}`, cure });
}

/** The Failure for an error of the connection or of the HTTP parser. */
export function connectionFailure(url: string, error: unknown, timeouts: { connectMs: number; readMs: number }): Failure {
  const cause = deepestCause(error);
  const code = errorCode(cause);
  const text = cause instanceof Error ? cause.message || code : String(cause);
  if (code === "CONNECT_TIMEOUT" || (code === "ETIMEDOUT" && errorSyscall(cause) === "connect")) {
    return makeFailure({
      code: "ENDPOINT_CONNECT_TIMEOUT",
      message: `no connection to ${url} within ${timeouts.connectMs} ms`,
      cure: "Check that host and port are right and that no firewall drops the packets.",
    });
  }
  if (code === "READ_TIMEOUT") {
    return makeFailure({
      code: "CALL_TIMEOUT",
      message: `${url} sent nothing for ${timeouts.readMs} ms`,
      cure: "See why the function is slow, or raise the read timeout of the endpoint's transport.",
    });
  }
  if (code === "FORBIDDEN_PLACE") return forbiddenPlace(url, text);
  if (dnsCodes.has(code)) {
    return makeFailure({
      code: "ENDPOINT_DNS",
      message: `the host of ${url} has no address (${code})`,
      cure: "Correct the host in urlPathTemplate, or the name service.",
    });
  }
  if (refusedCodes.has(code)) {
    return makeFailure({
      code: "ENDPOINT_REFUSED",
      message: `nothing accepts connections at ${url} (${code})`,
      cure: startService,
    });
  }
  if (tlsCode.test(code)) return badTls(url, text, code);
  if (code === "NOT_HTTP" || code === "UNASKED") {
    return makeFailure({
      code: "ENDPOINT_ERROR",
      message: `${url} does not answer in HTTP/1.1 (${text})`,
      cure: "Check the port, whether the endpoint wants https, and what stands between; `http2: true` is for endpoints that speak HTTP/2.",
    });
  }
  if (code === "ERR_HTTP2_ERROR") {
    return makeFailure({
      code: "ENDPOINT_ERROR",
      message: `${url} does not answer in HTTP/2 (${text})`,
      cure: "Check the port; an endpoint that speaks HTTP/1.1 only has an http or https URL, without `http2` in the module.",
    });
  }
  if (code === "EARLY" || code === "SURPLUS") {
    return makeFailure({
      code: "ENDPOINT_ERROR",
      message: `the reply of ${url} cannot be told from others on its connection (${text})`,
      cure: "Mend the server, or what stands between: one reply to each request, after the request was read, with the length that it names.",
    });
  }
  if (code === "FRAME") {
    return makeFailure({
      code: "ENDPOINT_ERROR",
      message: `${url} answered several invocations in one reply that cannot be told apart (${text})`,
      cure: "Mend the SDK, or what stands between: docs/write-an-sdk.md says what a frame is. Nothing to do at once: they are asked singly now.",
    });
  }
  return makeFailure({
    code: "ENDPOINT_DISCONNECTED",
    message: `${url} closed the connection before the reply was complete (${text})`,
    // A server that requires a client certificate often just closes the connection.
    cure: `${lookIntoLog} it stopped, crashed or cut the connection${url.startsWith("https") ? ", or it wants a client_cert" : ""}.`,
  });
}

const dnsCodes = new Set(["ENOTFOUND", "EAI_AGAIN", "EAI_FAIL", "EAI_NODATA", "EAI_NONAME", "ENODATA"]);
const refusedCodes = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EHOSTDOWN",
  "ENETDOWN",
  "ENOENT",
  "EACCES",
  "ENOTSOCK",
  "EADDRNOTAVAIL",
  "EINVAL",
  "EPERM",
]);
const tlsCode =
  /^(ERR_TLS|ERR_SSL|ERR_OSSL|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH|CRL_|ERROR_IN_)/;

/** A connection that was tried on several addresses fails with all their errors; the first one is shown. */
function deepestCause(error: unknown): unknown {
  let current = error;
  for (let depth = 0; depth < 8; depth++) {
    if (current instanceof AggregateError && current.errors.length > 0) current = current.errors[0];
    else if (current instanceof Error && current.cause instanceof Error) current = current.cause;
    else break;
  }
  return current;
}

function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

function errorSyscall(error: unknown): string {
  return error instanceof Error && "syscall" in error && typeof error.syscall === "string" ? error.syscall : "";
}
