/**
 * HopCollector: what the journal does not keep of a hop: when its epoch was on the disk, and each attempt that failed. It hears every event
 * in the thread of its partition, as the FlowCollector that owns it does, and hands over plain data with each digest.
 * Neighbours: flow-collector.ts calls it, recent-hops.ts keeps what it says.
 * Guarantee: a digest holds at most epochsPerDigestMax and attemptsPerDigestMax; what did not fit is counted.
 */
import type { EngineEvent, PartitionPlace } from "@signalbox/runtime";

const epochsPerDigestMax = 512;
const attemptsPerDigestMax = 64;
const messageCharactersMax = 400;

export interface AttemptSample {
  readonly type: string;
  readonly id: string;
  readonly endpoint: string;
  readonly attempt: number;
  readonly code: string;
  readonly message: string;
  readonly atMs: number;
  readonly durationMs: number;
}

export interface HopDigest {
  readonly place: PartitionPlace;
  /** Pairs of an epoch and the time when it was on the disk. */
  readonly epochs: readonly number[];
  readonly attempts: readonly AttemptSample[];
  /** Failed and did not fit. */
  readonly attemptsLeft: number;
}

type Failed = Extract<EngineEvent, { kind: "attempt-failed" }>;
type Durable = Extract<EngineEvent, { kind: "epoch-durable" }>;

export class HopCollector {
  readonly #place: PartitionPlace;
  #epochs: number[] = [];
  #attempts: AttemptSample[] = [];
  #attemptsLeft = 0;

  constructor(place: PartitionPlace) {
    this.#place = place;
  }

  durable({ epoch, atMs }: Durable): void {
    if (this.#epochs.length >= epochsPerDigestMax * 2) return;
    this.#epochs.push(epoch, atMs);
  }

  failed({ address, endpoint, attempt, failure, atMs, durationMs }: Failed): void {
    if (this.#attempts.length >= attemptsPerDigestMax) {
      this.#attemptsLeft += 1;
      return;
    }
    const message = failure.message.slice(0, messageCharactersMax);
    this.#attempts.push({ type: address.type, id: address.id, endpoint, attempt, code: failure.code, message, atMs, durationMs });
  }

  get isEmpty(): boolean {
    return this.#epochs.length === 0 && this.#attempts.length === 0;
  }

  take(): HopDigest {
    const digest = { place: this.#place, epochs: this.#epochs, attempts: this.#attempts, attemptsLeft: this.#attemptsLeft };
    this.#epochs = [];
    this.#attempts = [];
    this.#attemptsLeft = 0;
    return digest;
  }
}
