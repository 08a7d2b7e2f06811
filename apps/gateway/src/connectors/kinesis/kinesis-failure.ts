/**
 * failureOf: what a KinesisError means for those who wait, and how it is mended.
 *   throttled  too much at once: the same again after a pause
 *   expired    an iterator is too old: another is asked for
 *   retry      passes by itself, or when somebody mends it outside; tried again
 *   refused    the module's own words are wrong
 *   rejected   this record is taken never, or this place is none
 */
import { ConnectorFailure } from "../connector-failure.ts";
import { KinesisError } from "./kinesis-error.ts";

export interface KinesisFailure {
  readonly kind: "throttled" | "expired" | "retry" | "refused" | "rejected";
  readonly what: string;
  readonly cure: string;
  /** The next attempt may not come sooner. */
  readonly afterMs: number;
}

interface Meaning {
  readonly kind: KinesisFailure["kind"];
  readonly cause: string;
  readonly cure: string;
  readonly afterMs: number;
}

const itself = "It goes on by itself once the service answers.";
const retry = (cause: string, cure = itself, afterMs = 0): Meaning => ({ kind: "retry", cause, cure, afterMs });
/** A failure that somebody mends elsewhere without telling us. */
const outside = (cause: string, cure: string): Meaning => retry(cause, cure, 10_000);
const refused = (cause: string, cure: string): Meaning => ({ kind: "refused", cause, cure, afterMs: 0 });
const rejected = (cause: string, cure: string): Meaning => ({ kind: "rejected", cause, cure, afterMs: 0 });
const throttled: Meaning = {
  kind: "throttled",
  cause: "it is asked for more than the stream gives",
  cure: "Add shards, or let fewer others use the stream; it goes on by itself, more slowly.",
  afterMs: 0,
};
const credentials = refused("the credentials are refused", "Mend `awsCredentials` in the module, or the clock of this machine.");
const encryption = (what: string): Meaning => outside(`the stream's key ${what}`, "Mend the key, or this identity's rights to it.");
const address = "Mend `awsRegion` in the module; if it is right, it goes on by itself once the service is up.";

const meanings: Readonly<Record<string, Meaning>> = {
  ProvisionedThroughputExceededException: throttled,
  LimitExceededException: throttled,
  KMSThrottlingException: throttled,
  ThrottlingException: throttled,
  Throttling: throttled,
  RequestLimitExceeded: throttled,
  TooManyRequestsException: throttled,
  ExpiredIteratorException: { kind: "expired", cause: "the place in the shard was not used for too long", cure: itself, afterMs: 0 },
  ResourceNotFoundException: outside("the stream is not there", "Create it, or mend its name or `awsRegion`; it is looked for again."),
  ResourceInUseException: retry("the stream is being created or changed"),
  AccessDeniedException: outside("this identity has not the right to it", "Give it the rights that docs/connectors.md lists."),
  UnrecognizedClientException: credentials,
  InvalidClientTokenId: credentials,
  InvalidSignatureException: credentials,
  IncompleteSignature: credentials,
  IncompleteSignatureException: credentials,
  MissingAuthenticationToken: credentials,
  MissingAuthenticationTokenException: credentials,
  ExpiredTokenException: outside("the credentials have expired", "Renew them where the machine gets them."),
  CredentialsProviderError: outside("no credentials are found", "Write `awsCredentials`, or give this machine some."),
  PROFILE_UNUSABLE: outside(
    "the file of profiles gives no keys",
    "Write `aws_access_key_id` and `aws_secret_access_key` there. A profile that assumes a role or runs a command may only stand in this machine's own ~/.aws: leave `profilePath` out.",
  ),
  REGION_MISSING: refused("no region is known", "Write `awsRegion: {type: specific, id: …}`, or set AWS_REGION."),
  KMSAccessDeniedException: encryption("may not be used"),
  KMSDisabledException: encryption("is disabled"),
  KMSInvalidStateException: encryption("is in no state to be used"),
  KMSNotFoundException: encryption("is not there"),
  KMSOptInRequired: encryption("needs an opt-in"),
  ValidationException: rejected("the service refuses it", "See the service's words."),
  InvalidArgumentException: rejected("the service refuses it", "See the service's words."),
  InvalidRecord: rejected("it can be no record of a stream", "Let the function build it with its SDK's Kinesis egress builder."),
  ECONNREFUSED: retry("nothing listens at the address", address),
  ENOTFOUND: retry("the host name is not known", address),
  EAI_AGAIN: retry("the name service does not answer"),
  FORBIDDEN_PLACE: refused("the address may not be called", "Correct `awsRegion`, or name the host in SIGNALBOX_ENDPOINT_ALLOW."),
  TimeoutError: retry("the service did not answer in time"),
  UNREADABLE_ANSWER: retry("what answers there does not answer as Kinesis does", address),
  ANSWER_TOO_LARGE: retry("it answers more than any call of Kinesis gives", address),
  ECONNRESET: retry("the connection was cut"),
  EPIPE: retry("the connection was cut"),
  ETIMEDOUT: retry("the service does not answer", address),
  EHOSTUNREACH: retry("there is no way to the host", address),
  ENETUNREACH: retry("there is no way to the host", address),
};

/** Codes that mean: the service answered and refused the credentials. */
const loginCodes: ReadonlySet<string> = new Set([
  "UnrecognizedClientException",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "IncompleteSignature",
  "IncompleteSignatureException",
  "MissingAuthenticationToken",
  "MissingAuthenticationTokenException",
  "ExpiredTokenException",
]);

export function isRefusedLogin(error: unknown): boolean {
  return error instanceof KinesisError && loginCodes.has(error.code);
}

function meaningOf(code: string): Meaning {
  return meanings[code] ?? retry(`it answered ${code}`);
}

export function failureOf(error: unknown): KinesisFailure {
  if (!(error instanceof KinesisError)) {
    return { kind: "retry", what: error instanceof Error ? error.message : String(error), cure: itself, afterMs: 0 };
  }
  const { kind, cause, cure, afterMs } = meaningOf(error.code);
  const said = error.detail === "" ? "" : ` (${error.detail})`;
  return { kind, what: `${error.where}: ${cause}${said}`, cure, afterMs };
}

/** The error as the framework expects it. */
export function connectorFailureOf(error: unknown): ConnectorFailure {
  if (error instanceof ConnectorFailure) return error;
  const { kind, ...told } = failureOf(error);
  return new ConnectorFailure(kind === "refused" ? "refused" : "wait", told);
}
