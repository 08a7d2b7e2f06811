/**
 * LimitScope: what one limit counts together: everything that it covers, or one key of it (a tenant). Its bucket, what is under way and what
 * waits. Neighbours: limit-table.ts (finds and bounds them), scheduling/limits.ts (changes the counts).
 */
import type { LimitSpec } from "../../model/limit-spec.ts";
import type { TokenBucket } from "./token-bucket.ts";

export class LimitScope {
  readonly spec: LimitSpec;
  /** Undefined: it is of all, or of the keys that have none of their own. */
  readonly key: string | undefined;
  /** Undefined: the limit has no rate. */
  readonly bucket: TokenBucket | undefined;
  /** Messages in mailboxes, those in flight too. */
  waitingMessages = 0;
  /** Of a limit by key: in mailboxes on disk only, as far as they came since the start. */
  coldMessages = 0;
  inFlight = 0;
  /** Being read from disk before they start: each has a token and a place kept. */
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

  /** Messages of one more invocation that may start now; below 1: none may. */
  allowance(nowMs: number): number {
    const { inFlightMax } = this.spec;
    if (inFlightMax !== undefined && this.inFlight + this.loading >= inFlightMax) return 0;
    return this.bucket === undefined ? Number.POSITIVE_INFINITY : this.bucket.whole(nowMs) - this.loading;
  }

  get isFull(): boolean {
    return this.spec.waitingMessagesMax !== undefined && this.waitingMessages + this.coldMessages >= this.spec.waitingMessagesMax;
  }

  /** One entity with so many messages counts in the other one from now on. */
  move(messages: number, to: LimitScope): void {
    this.entities--;
    this.waitingMessages -= messages;
    to.entities++;
    to.waitingMessages += messages;
  }

  /** Nothing is lost with it: another one would begin as it is. */
  isForgettable(nowMs: number): boolean {
    return this.entities === 0 && this.coldMessages === 0 && this.bucket?.isFull(nowMs) !== false;
  }
}
