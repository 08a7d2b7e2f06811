/**
 * KafkaError: an error between the gateway and a broker, as one code. kafka-client.ts makes them from the library's errors;
 * kafka-failure.ts says what each code means and how to mend it. Codes are the protocol's own names (NOT_LEADER_OR_FOLLOWER, …), Node's
 * (ECONNREFUSED, CERT_HAS_EXPIRED, …) and a few of ours; all that mean more than "try again" stand in kafka-failure.ts.
 */
export interface KafkaErrorParts {
  readonly code: string;
  /** broker host:port, or topic/partition. */
  readonly where: string;
  /** The text of the broker or the system. */
  readonly detail?: string | undefined;
  readonly cause?: unknown;
}

export class KafkaError extends Error {
  readonly code: string;
  readonly where: string;
  readonly detail: string | undefined;

  constructor({ code, where, detail, cause }: KafkaErrorParts) {
    super(`${code} at ${where}${detail === undefined || detail === "" ? "" : `: ${detail}`}`, cause === undefined ? {} : { cause });
    this.name = "KafkaError";
    this.code = code;
    this.where = where;
    this.detail = detail;
  }
}
