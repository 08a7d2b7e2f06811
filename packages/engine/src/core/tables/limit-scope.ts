/**
 * LimitScope: what one limit counts together: everything that it covers, or one key of it (a tenant). Its bucket, what is under way and
 * what waits. Neighbours: limit-table.ts (finds and bounds them), scheduling/limits.ts (changes the counts).
 */
import type { LimitSpec } from "@signalbox/runtime/model/limit-spec";
import type { TokenBucket } from "./token-bucket.ts";

export class LimitScope {
  readonly spec: LimitSpec;
  /** Undefined for the scope of everything, or of the keys that have none of their own. */
  readonly key: string | undefined;
  /** Undefined: the limit has no rate. */
  readonly bucket: TokenBucket | undefined;
  /** Messages in mailboxes, those in flight too. */
  waitingMessages = 0;
  /** For a limit by key: messages in mailboxes on disk only, counted from the start of the partition on. */
  coldMessages = 0;
  inFlight = 0;
  /** Entities that are read from disk before they start: a token and a place are reserved for each. */
  loading = 0;
  /** Entities with messages that count here. */
  entities = 0;
  /** An alarm rings when the next token is there. */
  alarmSet = false;

  constructor(spec: LimitSpec, key: string | undefined, bucket: TokenBucket | undefined) {
    this.spec = spec;
    this.key = key;
    this.bucket = bucket;
  }

  /** How many messages one more invocation may carry now; below 1 none may start. */
  allowance(nowMs: number): number {
    const { inFlightMax } = this.spec;
    if (inFlightMax !== undefined && this.inFlight + this.loading >= inFlightMax) return 0;
    return this.bucket === undefined ? Number.POSITIVE_INFINITY : this.bucket.whole(nowMs) - this.loading;
  }

  get isFull(): boolean {
    return this.spec.waitingMessagesMax !== undefined && this.waitingMessages + this.coldMessages >= this.spec.waitingMessagesMax;
  }

  /** Moves one entity with its messages to another scope. */
  move(messages: number, to: LimitScope): void {
    this.entities--;
    this.waitingMessages -= messages;
    to.entities++;
    to.waitingMessages += messages;
  }

  /** Whether nothing is lost when it is forgotten, because a new scope would begin in the same state. */
  isForgettable(nowMs: number): boolean {
    return this.entities === 0 && this.coldMessages === 0 && this.bucket?.isFull(nowMs) !== false;
  }
}
