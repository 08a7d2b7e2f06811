/**
 * Failure: why an attempt did not commit. `scope` decides what waits: the endpoint (breaker), or this entity (attempts, then parked; or
 * just a retry, when the gateway lacked memory). `code` is stable and documented in docs/errors.md; `message` says what and where, `cure`
 * what to do.
 */
export const failureCodes = [
  // The endpoint could not be reached or is not answering: counts toward the breaker.
  "ENDPOINT_REFUSED",
  "ENDPOINT_ASLEEP",
  "ENDPOINT_DNS",
  "ENDPOINT_TLS",
  "ENDPOINT_CONNECT_TIMEOUT",
  "ENDPOINT_FORBIDDEN",
  "ENDPOINT_DISCONNECTED",
  "ENDPOINT_OVERLOADED",
  "ENDPOINT_ERROR",
  "ENDPOINT_GATEWAY",
  "CALL_TIMEOUT",
  // The gateway had no room for the reply: counts toward nobody.
  "REPLY_MEMORY_FULL",
  // The function itself says that it will never accept this message, or not yet.
  "REJECTED",
  "RETRY_LATER",
  // A reply came and is not acceptable: counts toward the entity.
  "REPLY_STATUS",
  "REPLY_CONTENT_TYPE",
  "REPLY_MALFORMED",
  "REPLY_TOO_LARGE",
  "REQUEST_TOO_LARGE",
  "STATE_TYPE_MISMATCH",
  "STATE_TYPE_INVALID",
  "STATE_NOT_REGISTERED",
  "HANDSHAKE_LOOP",
  "UNKNOWN_FUNCTION_TYPE",
  "TOO_MANY_TYPES",
  "UNKNOWN_EGRESS",
  "DELAY_NEGATIVE",
  "TOKEN_IN_USE",
  "TOKEN_MISSING",
  "INVALID_ADDRESS",
  // The process that runs the function gave up exactly this call, because it needed more than it may have.
  "CALL_OUT_OF_MEMORY",
  // The function runs in isolation and uses a global that does not exist there.
  "NOT_IN_ISOLATION",
  // Its process died with it, again and again.
  "PROCESS_KILLER",
] as const;
export type FailureCode = (typeof failureCodes)[number];

/**
 * down: nothing reached a function (refused, DNS, TLS, connect): surely the endpoint.
 * suspect: the endpoint answered badly or not at all (5xx, 429, timeout, cut): endpoint if many entities see it, else the entity.
 * entity: the function answered and the answer is wrong for this entity.
 * shortage: the gateway lacked the means to take the answer: nobody is blamed, the attempt does not count and goes again later.
 */
export const failureScopes = ["down", "suspect", "entity", "shortage"] as const;
export type FailureScope = (typeof failureScopes)[number];

/** The scope in a stored record; an unknown text was written by another version. */
export function failureScopeOf(text: unknown): FailureScope {
  return failureScopes.find((scope) => scope === text) ?? "entity";
}

/**
 * What a failure proves; the transport decides it together with the code. unreachable: the endpoint is down. gateway: something in front of
 * the function answered. congested: the endpoint is overloaded. died: the process ended, or cut the connection, during the request. silent:
 * no answer came in time. threw: the function's framework reports an error, so the endpoint is up. answered: the function gave a wrong
 * answer. short: a reply came, but the gateway had no memory for it.
 */
export type Evidence = "unreachable" | "gateway" | "congested" | "died" | "silent" | "threw" | "answered" | "short";

export function evidenceOf({ code, scope }: Pick<Failure, "code" | "scope">): Evidence {
  if (scope === "down") return "unreachable";
  if (scope === "entity") return "answered";
  if (scope === "shortage") return "short";
  switch (code) {
    case "ENDPOINT_OVERLOADED":
      return "congested";
    case "ENDPOINT_GATEWAY":
      return "gateway";
    case "ENDPOINT_DISCONNECTED":
      return "died";
    case "CALL_TIMEOUT":
      return "silent";
    default:
      return "threw";
  }
}

export interface Failure {
  readonly code: FailureCode;
  readonly scope: FailureScope;
  readonly message: string;
  readonly cure: string;
  /** The time from Retry-After on 429, 503 and RETRY_LATER. */
  readonly retryAfterMs: number | undefined;
  /** At most the first 2 048 characters of what came, for the console. */
  readonly raw: string | undefined;
}
