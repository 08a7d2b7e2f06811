/**
 * CauseCollector: counts failed attempts by their cause, exactly, in the thread of its partition, and hands over what was counted with each
 * digest.
 * Neighbours: flow-collector.ts calls it, services/failures/failure-memory.ts adds up and remembers.
 * Guarantee: a digest holds at most causesPerDigestMax causes; attempts of others are counted without one.
 */
import type { EngineEvent, Failure } from "@signalbox/runtime";
import { failureCause, type FailureCause } from "./failure-cause.ts";

const causesPerDigestMax = 64;
const readMax = 256;
const rawCharactersMax = 2_048;

export interface CauseDigest extends FailureCause {
  readonly attempts: number;
  readonly endpoint: string;
  readonly firstMs: number;
  readonly lastMs: number;
  /** The last entity that met it. */
  readonly type: string;
  readonly id: string;
  /** The trace of a message for which the entity was parked. */
  readonly trace: number | undefined;
  /** The newest failure, for people to read. */
  readonly raw: string | undefined;
}

type Failed = Extract<EngineEvent, { kind: "attempt-failed" }>;
type Ended = Extract<EngineEvent, { kind: "invocation-ended" }>;
type Counted = { -readonly [Key in keyof CauseDigest]: CauseDigest[Key] };

export class CauseCollector {
  readonly #counted = new Map<string, Counted>();
  /** The same failure comes again and again, so it is parsed once. */
  readonly #read = new Map<string, FailureCause>();

  failed({ address, endpoint, failure, atMs }: Failed): void {
    const cause = this.#causeOf(failure, { address, endpoint });
    const known = this.#counted.get(cause.fingerprint);
    if (known === undefined && this.#counted.size >= causesPerDigestMax) return;
    const counted = known ?? { ...cause, attempts: 0, endpoint, firstMs: atMs, lastMs: atMs, ...address, trace: undefined, raw: undefined };
    this.#counted.set(cause.fingerprint, counted);
    counted.attempts += 1;
    counted.lastMs = atMs;
    counted.type = address.type;
    counted.id = address.id;
    counted.raw = failure.raw?.slice(0, rawCharactersMax);
  }

  ended({ record }: Ended): void {
    if (record.outcome.kind !== "parked") return;
    const cause = this.#causeOf(record.outcome.failure, record);
    const counted = this.#counted.get(cause.fingerprint);
    if (counted !== undefined) counted.trace = record.messages[0]?.trace;
  }

  take(): readonly CauseDigest[] {
    if (this.#counted.size === 0) return [];
    const causes = [...this.#counted.values()];
    this.#counted.clear();
    return causes;
  }

  #causeOf(failure: Failure, at: Parameters<typeof failureCause>[1]): FailureCause {
    const key = `${failure.code}\n${at.address.type}\n${at.endpoint}\n${failure.raw ?? failure.message}`;
    const known = this.#read.get(key);
    if (known !== undefined) return known;
    const cause = failureCause(failure, at);
    if (this.#read.size >= readMax) this.#read.clear();
    this.#read.set(key, cause);
    return cause;
  }
}
