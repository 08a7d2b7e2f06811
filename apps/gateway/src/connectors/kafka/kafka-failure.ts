/**
 * failureOf: what a KafkaError means for those who wait, and how it is mended.
 *   retry     passes by itself: a leader moves, a broker starts. Tried again with growing pauses.
 *   refused   somebody must do something: credentials, rights, an address, a topic. Tried again too, as nobody tells us when it is mended.
 *   rejected  this record cannot be written, whenever it is tried.
 *   fenced    another gateway has our transactional id: this one stops, or both would write.
 */
import { ConnectorFailure } from "../connector-failure.ts";
import { KafkaError } from "./kafka-error.ts";

export type KafkaFailureKind = "retry" | "refused" | "rejected" | "fenced";

export interface KafkaFailure {
  readonly kind: KafkaFailureKind;
  readonly code: string;
  readonly cause: string;
  readonly cure: string;
}

interface Meaning {
  readonly kind: KafkaFailureKind;
  readonly cause: string;
  readonly cure: string;
}

const itself = "It goes on by itself once the broker answers.";
const retry = (cause: string, cure = itself): Meaning => ({ kind: "retry", cause, cure });
const refused = (cause: string, cure: string): Meaning => ({ kind: "refused", cause, cure });
const rejected = (cause: string, cure: string): Meaning => ({ kind: "rejected", cause, cure });
const fenced: Meaning = {
  kind: "fenced",
  cause: "another gateway with the same data has taken over this egress",
  cure: "Stop the other gateway, or give it a data directory of its own, then start this one again.",
};
const certificate = (what: string): Meaning =>
  refused(`the broker's certificate ${what}`, "Renew it, or name the authority that signed it in ssl.truststore.location (PEM).");

const meanings: Readonly<Record<string, Meaning>> = {
  ECONNREFUSED: retry("nothing listens at the address", "It goes on by itself once the broker is up; else mend `address` in the module."),
  ENOTFOUND: refused("the host name is not known", "Mend `address` in the module, or the name service."),
  EAI_AGAIN: retry("the name service does not answer"),
  ECONNRESET: retry("the broker cut the connection"),
  EPIPE: retry("the broker cut the connection"),
  ETIMEDOUT: retry("the broker does not answer", "It goes on by itself; check the address and the network if it does not."),
  EHOSTUNREACH: retry("there is no way to the host", "It goes on by itself; check the address and the network if it does not."),
  ENETUNREACH: retry("there is no way to the host", "It goes on by itself; check the address and the network if it does not."),
  REQUEST_TIMED_OUT: retry("the broker did not answer in time"),
  CLIENT_CLOSED: retry("the connection was closed here"),
  CONNECTION_CLOSED: retry(
    "the broker closed the connection",
    "It goes on by itself. If it does not: the listener may want another security.protocol (SASL or TLS) than the module names.",
  ),
  NO_BROKER: refused("the module names no bootstrap server", "Write `address: host:port`."),
  FORBIDDEN_TOKEN_PLACE: refused(
    "the token endpoint is where nothing may be called",
    "Mend `sasl.oauthbearer.token.endpoint.url`, or name the host in SIGNALBOX_ENDPOINT_ALLOW.",
  ),
  FORBIDDEN_PLACE: refused("the broker is where nothing may be called", "Mend `address`, or name the host in SIGNALBOX_ENDPOINT_ALLOW."),
  BROKER_TOO_OLD: refused("the broker does not know a request that is needed", "Use Kafka 3.1 or newer."),
  BROKER_REQUIRES_TLS: refused("the listener wants TLS", "Set security.protocol to SSL or SASL_SSL, or name a plain listener."),
  TLS_HANDSHAKE_FAILED: refused(
    "the listener does not take our TLS",
    "Name a TLS listener in `address`, and a client certificate (ssl.keystore.location) if it wants one.",
  ),
  CERT_HAS_EXPIRED: certificate("has expired"),
  DEPTH_ZERO_SELF_SIGNED_CERT: certificate("is signed by itself"),
  SELF_SIGNED_CERT_IN_CHAIN: certificate("is signed by an authority that is not known here"),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: certificate("is signed by an authority that is not known here"),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: certificate("is signed by an authority that is not known here"),
  ERR_TLS_CERT_ALTNAME_INVALID: refused(
    "the broker's certificate is for another host name",
    "Connect by a name that it holds, or set ssl.endpoint.identification.algorithm to an empty text.",
  ),
  TLS_FILES_UNUSABLE: refused("certificates that the module names cannot be used", "Mend the file, or the property that names it."),
  OAUTH_TOKEN_REFUSED: refused("the token endpoint gave no token", "Mend sasl.oauthbearer.token.endpoint.url, clientId and clientSecret."),
  SASL_AUTHENTICATION_FAILED: refused("the broker refused the credentials", "Mend user and password in sasl.jaas.config."),
  SASL_MECHANISM_REFUSED: refused("the listener does not offer the mechanism", "Set sasl.mechanism to one that the broker has."),
  UNSUPPORTED_SASL_MECHANISM: refused("the listener does not offer the mechanism", "Set sasl.mechanism to one that the broker has."),
  UNKNOWN_TOPIC_OR_PARTITION: refused("the topic is not there", "Create it, or mend its name in the module or the record."),
  UNKNOWN_TOPIC_ID: retry("the topic was deleted, perhaps made again", "It is looked up again by itself."),
  INCONSISTENT_TOPIC_ID: retry("the topic was deleted and made again", "It is looked up again by itself."),
  CORRUPT_MESSAGE: refused(
    "what the broker has there is no record any more: its disk, or what lies between, damaged it",
    "Mend the broker's log; or move the ingress behind that offset (Move, positions), which leaves out what stands between.",
  ),
  INVALID_TOPIC_EXCEPTION: rejected("the topic's name is not allowed", "Mend the name that the function writes into the record."),
  TOPIC_AUTHORIZATION_FAILED: refused("no right to the topic", "Give this user READ and DESCRIBE (ingress) or WRITE (egress) on it."),
  GROUP_AUTHORIZATION_FAILED: refused(
    "no right to the consumer group",
    "Give this user READ on the group; for exactly-once on the prefix signalbox-outbox-.",
  ),
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: refused(
    "no right to the transactional id",
    "Give this user WRITE and DESCRIBE on transactional ids with the prefix signalbox-.",
  ),
  CLUSTER_AUTHORIZATION_FAILED: refused("no right at the cluster", "Give this user IDEMPOTENT_WRITE on the cluster."),
  INVALID_TRANSACTION_TIMEOUT: refused(
    "transactionTimeout is above the broker's maximum",
    "Lower transactionTimeout, or raise transaction.max.timeout.ms at the broker (15 min unless changed).",
  ),
  MESSAGE_TOO_LARGE: rejected(
    "the record is larger than the broker takes",
    "Raise max.message.bytes of the topic (or message.max.bytes of the broker), or let the function write less.",
  ),
  RECORD_LIST_TOO_LARGE: rejected(
    "the record is larger than a segment of the topic",
    "Raise segment.bytes of the topic, or let the function write less.",
  ),
  INVALID_RECORD: rejected("the broker refuses the record", "A compacted topic wants a key; see the broker's words."),
  INVALID_TIMESTAMP: rejected(
    "the broker refuses the record's time",
    "Set the clock, or message.timestamp.before/after.max.ms of the topic.",
  ),
  UNSUPPORTED_FOR_MESSAGE_FORMAT: rejected("the topic's format is too old for it", "Raise the topic's message format."),
  POLICY_VIOLATION: rejected("a policy of the cluster forbids it", "See the broker's words."),
  TRANSACTION_TIMED_OUT: retry(
    "the transaction took longer than transactionTimeout, and the broker gave it up",
    "It is written again by itself; raise transactionTimeout if it comes again.",
  ),
  MARKER_HANGS: refused(
    "the broker never ended the last transaction of this egress where its marker stands, and its topics do not tell how it ended",
    "Find and end it at a partition of __consumer_offsets with kafka-transactions.sh (find-hanging, abort); abort only if its records are not in the topic.",
  ),
  INVALID_PRODUCER_EPOCH: fenced,
  PRODUCER_FENCED: fenced,
};

/**
 * The failure for a connector's state. Refusals are tried again too, because the cure is mostly at the broker and is not reported to us.
 * Only a fenced connector stops for good.
 */
export function connectorFailureOf(error: unknown): ConnectorFailure {
  const { kind, cause, cure } = failureOf(error);
  if (kind === "fenced") return new ConnectorFailure("refused", { what: cause, cure });
  return new ConnectorFailure("wait", { what: cause, cure });
}

/** Codes that mean: the broker answered and refused the credentials. */
const loginCodes: ReadonlySet<string> = new Set([
  "SASL_AUTHENTICATION_FAILED",
  "SASL_MECHANISM_REFUSED",
  "UNSUPPORTED_SASL_MECHANISM",
  "OAUTH_TOKEN_REFUSED",
]);

export function isRefusedLogin(error: unknown): boolean {
  return error instanceof KafkaError && loginCodes.has(error.code);
}

export function failureOf(error: unknown): KafkaFailure {
  if (!(error instanceof KafkaError)) {
    const text = error instanceof Error ? error.message : String(error);
    return { kind: "retry", code: "UNEXPECTED", cause: text, cure: itself };
  }
  const meaning = meanings[error.code] ?? retry(`the broker answered ${error.code}`);
  const said = error.detail === undefined || error.detail === "" ? "" : ` (${error.detail})`;
  return { kind: meaning.kind, code: error.code, cause: `${error.where}: ${meaning.cause}${said}`, cure: meaning.cure };
}
