/**
 * RecentHops: what the collectors reported of hops since the start and the journal does not keep: when an epoch was on the disk, and failed
 * attempts. It is a memory and no record: bounded, and empty after a start. A question about what it no longer has is answered with null
 * and never with a guess. Neighbours: hop-collector.ts reports to it, services/traces asks.
 */
import type { Address, JournalRecord } from "@signalbox/runtime";
import type { AttemptSample, HopDigest } from "./hop-collector.ts";

/** Epochs that are kept of each partition: some minutes under load, days at rest. */
const epochsKeptMax = 20_000;
const entitiesKeptMax = 5_000;
const attemptsPerEntityMax = 64;

export class RecentHops {
  readonly #partitions = new Map<number, Map<number, number>>();
  #partitionCount = 1;
  /** Oldest first by last failure. */
  readonly #attempts = new Map<string, AttemptSample[]>();

  add({ place, epochs, attempts }: HopDigest): void {
    this.#partitionCount = place.count;
    for (const attempt of attempts) this.#addAttempt(attempt);
    if (epochs.length === 0) return;
    const known = this.#partitions.get(place.index) ?? new Map<number, number>();
    this.#partitions.set(place.index, known);
    for (let index = 0; index + 1 < epochs.length; index += 2) known.set(epochs[index] ?? 0, epochs[index + 1] ?? 0);
    for (const epoch of known.keys()) {
      if (known.size <= epochsKeptMax) break;
      known.delete(epoch);
    }
  }

  /** When what the record tells of was on the disk; null when that is no longer known, or has not happened yet. */
  durableMs({ sequence, epoch, endedMs }: Pick<JournalRecord, "sequence" | "epoch" | "endedMs">): number | null {
    const atMs = this.#partitions.get((sequence - 1) % this.#partitionCount)?.get(epoch);
    // An epoch's number comes again when a restore goes back behind it.
    return atMs === undefined || atMs < endedMs ? null : atMs;
  }

  /** The attempts of an entity that ended within a time, oldest first; only the newest attemptsPerEntityMax are kept. */
  attempts({ type, id }: Address, { fromMs, toMs }: { fromMs: number; toMs: number }): readonly AttemptSample[] {
    return (this.#attempts.get(keyOf(type, id)) ?? []).filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  }

  #addAttempt(attempt: AttemptSample): void {
    const key = keyOf(attempt.type, attempt.id);
    const known = this.#attempts.get(key) ?? [];
    this.#attempts.delete(key);
    this.#attempts.set(key, [...known.slice(-(attemptsPerEntityMax - 1)), attempt]);
    if (this.#attempts.size <= entitiesKeptMax) return;
    const [oldest] = this.#attempts.keys();
    if (oldest !== undefined) this.#attempts.delete(oldest);
  }
}

function keyOf(type: string, id: string): string {
  return `${type}/${id}`;
}
