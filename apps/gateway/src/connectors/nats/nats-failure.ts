/** NatsError, and what each of its codes means, with the cure. Codes are the library's names of errors, Node's, and a few of ours. */
import { ConnectorFailure } from "../connector-failure.ts";

export class NatsError extends Error {
  readonly code: string;
  readonly where: string;
  readonly detail: string;

  constructor({ code, where, detail }: { readonly code: string; readonly where: string; readonly detail: string }) {
    super(`${code} at ${where}: ${detail}`);
    this.name = "NatsError";
    this.code = code;
    this.where = where;
    this.detail = detail;
  }
}

export interface NatsFailure {
  /** rejected: this record will never be accepted. */
  readonly kind: "retry" | "refused" | "rejected";
  readonly what: string;
  readonly cure: string;
  readonly afterMs: number;
}

interface Meaning {
  readonly kind: NatsFailure["kind"];
  readonly cause: string;
  readonly cure: string;
  readonly afterMs: number;
}

const itself = "It goes on by itself once the server answers.";
const retry = (cause: string, cure = itself, afterMs = 0): Meaning => ({ kind: "retry", cause, cure, afterMs });
/** A failure that somebody mends elsewhere without telling us. */
const outside = (cause: string, cure: string): Meaning => retry(cause, cure, 10_000);
const refused = (cause: string, cure: string): Meaning => ({ kind: "refused", cause, cure, afterMs: 0 });
const rejected = (cause: string, cure: string): Meaning => ({ kind: "rejected", cause, cure, afterMs: 0 });
const servers = "Mend `servers` in the module; if they are right, it goes on by itself once one is up.";
/** The credentials may become valid again without notice, when the server is configured again or the credentials file is renewed. */
const login = outside(
  "the server refuses the credentials",
  "Mend `credentials` in the module, the file that they name, or the user at the server; it is tried again by itself.",
);
const certificate = outside(
  "the server's certificate cannot be trusted",
  "Renew it, or name the authority that signed it in `tls.caFile`.",
);

const meanings: Readonly<Record<string, Meaning>> = {
  ECONNREFUSED: retry("nothing listens at the address", servers),
  ENOTFOUND: retry("the host name is not known", servers),
  EAI_AGAIN: retry("the name service does not answer"),
  ECONNRESET: retry("the connection was cut"),
  ETIMEDOUT: retry("the server does not answer", servers),
  TimeoutError: retry("the server did not answer in time"),
  ConnectionError: retry("the connection was cut"),
  ClosedConnectionError: retry("the connection was cut"),
  UNREADABLE_SERVER: retry("what answers there does not speak as a server of NATS", servers),
  FORBIDDEN_PLACE: refused("the server is where nothing may be called", "Mend `servers`, or name the host in SIGNALBOX_ENDPOINT_ALLOW."),
  FILE_UNREADABLE: outside("a file that the module names cannot be read", "Mend the file, or the path in the module."),
  AuthorizationError: login,
  UserAuthenticationExpiredError: login,
  PermissionViolationError: outside("this user has not the right", "Give it the rights that docs/connectors.md lists."),
  DEPTH_ZERO_SELF_SIGNED_CERT: certificate,
  SELF_SIGNED_CERT_IN_CHAIN: certificate,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: certificate,
  CERT_HAS_EXPIRED: certificate,
  StreamNotFoundError: outside("the stream is not there", "Create it, or mend its name; it is looked for again."),
  STREAM_GONE: outside("the stream was deleted while it was read", "Create it again; it is looked for again."),
  JetStreamNotEnabled: outside(
    "no stream takes the subject, or JetStream is not enabled",
    "Create a stream for the subject, or enable JetStream.",
  ),
  NoRespondersError: outside(
    "no stream takes the subject, or JetStream is not enabled",
    "Create a stream for the subject, or enable JetStream.",
  ),
  WRONG_STREAM: outside("another stream than the module's `stream` takes the subject", "Mend `stream` or `subject` in the module."),
  WORK_QUEUE: refused(
    "the stream is a work queue, whose messages vanish when one reader has them",
    "Read a stream with the retention `limits` or `interest`, for example one that mirrors it.",
  ),
  TOO_LARGE: rejected(
    "the message is larger than the server or the stream takes",
    "Raise max_payload or max_msg_size, or let the function write less.",
  ),
  InvalidSubject: rejected("it has no subject to go to", "Ids in `subject` must be one token: no blank, `.`, `*` or `>`."),
};

/** Whether the server answered and refused the credentials. */
export function isRefusedLogin(error: unknown): boolean {
  return error instanceof NatsError && (error.code === "AuthorizationError" || error.code === "UserAuthenticationExpiredError");
}

function failureOf(error: unknown): NatsFailure {
  if (!(error instanceof NatsError))
    return { kind: "retry", what: error instanceof Error ? error.message : String(error), cure: itself, afterMs: 0 };
  const { kind, cause, cure, afterMs } = meanings[error.code] ?? retry(`the server answered ${error.code}`);
  return { kind, what: `${error.where}: ${cause}${error.detail === "" ? "" : ` (${error.detail})`}`, cure, afterMs };
}

export { failureOf as natsFailureOf };

/** The error as the framework expects it. */
export function connectorFailureOf(error: unknown): ConnectorFailure {
  if (error instanceof ConnectorFailure) return error;
  const { kind, ...told } = failureOf(error);
  return new ConnectorFailure(kind === "refused" ? "refused" : "wait", told);
}
