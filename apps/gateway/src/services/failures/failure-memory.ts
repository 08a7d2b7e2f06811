/**
 * FailureMemory: every cause of failures, how often and since when, in which revision it was first seen, and what a person decided about
 * it. It is kept in the catalog and written some seconds after the counting: a kill loses the counts of the last seconds, but no cause.
 * Neighbours: flow/cause-collector.ts counts, failures-service.ts shows, alerts/alert-watch.ts hears what opens. Guarantee: at most
 * causesMax are kept; a cause that is resolved, or ignored until a time that has passed, opens when it comes back.
 */
import type { CauseCatalog, CauseRecord, CauseState } from "../../catalog/catalog.ts";
import { causeBucketMs, causeBuckets } from "../../contract/failures/failure-causes.ts";
import type { CauseDigest } from "../../flow/cause-collector.ts";

const causesMax = 1_000;
const writeMs = 3_000;

export interface FailureMemoryOptions {
  readonly catalog: CauseCatalog;
  /** The module and revision that are in force at an endpoint now. */
  readonly revisionOf: (endpoint: string) => { readonly module: string; readonly revision: number } | undefined;
  readonly nowMs: () => number;
  readonly warn: (message: string) => void;
}

export class FailureMemory {
  readonly #options: FailureMemoryOptions;
  readonly #causes = new Map<string, CauseRecord>();
  readonly #unwritten = new Set<string>();
  readonly #listeners = new Set<(cause: CauseRecord) => void>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #warned = false;

  constructor(options: FailureMemoryOptions) {
    this.#options = options;
  }

  async load(): Promise<void> {
    for (const record of await this.#options.catalog.list()) this.#causes.set(record.fingerprint, record);
    this.#timer = setInterval(() => this.#write(), writeMs);
    this.#timer.unref();
  }

  /** Writes what is not written yet, and stops. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#write();
    await this.#writing;
  }

  /** Calls `listener` with each cause that opens: a new one, or one that came back. */
  onOpened(listener: (cause: CauseRecord) => void): void {
    this.#listeners.add(listener);
  }

  list(): readonly CauseRecord[] {
    return [...this.#causes.values()].toSorted((left, right) => right.lastMs - left.lastMs);
  }

  find(fingerprint: string): CauseRecord | undefined {
    return this.#causes.get(fingerprint);
  }

  add(digests: readonly CauseDigest[]): void {
    for (const digest of digests) this.#addOne(digest);
  }

  /** Returns false when there is no such cause. */
  mark(fingerprint: string, decision: { state: CauseState; untilMs: number | null; by: string }): boolean {
    const known = this.#causes.get(fingerprint);
    if (known === undefined) return false;
    const { state, untilMs, by } = decision;
    const ignoredUntilMs = state === "ignored" ? (untilMs ?? undefined) : undefined;
    this.#put({ ...known, state, ignoredUntilMs, by, changedMs: this.#options.nowMs() });
    return true;
  }

  #addOne({ attempts, endpoint, firstMs, lastMs, type, id, trace, ...cause }: CauseDigest): void {
    const known = this.#causes.get(cause.fingerprint);
    const revision = known === undefined ? this.#options.revisionOf(endpoint) : undefined;
    const before = known ?? {
      ...cause,
      endpoint,
      state: "resolved",
      ignoredUntilMs: undefined,
      by: "",
      changedMs: firstMs,
      attempts: 0,
      firstMs,
      firstModule: revision?.module,
      firstRevision: revision?.revision,
      buckets: new Map<number, number>(),
      trace: undefined,
    };
    const opens = before.state === "resolved" || (before.state === "ignored" && (before.ignoredUntilMs ?? Infinity) <= lastMs);
    const record: CauseRecord = {
      ...before,
      ...cause,
      endpoint,
      ...(opens ? { state: "open", ignoredUntilMs: undefined, by: "", changedMs: firstMs } : { state: before.state }),
      attempts: before.attempts + attempts,
      lastMs,
      sampleType: type,
      sampleId: id,
      trace: trace ?? before.trace,
      buckets: counted(before.buckets, { atMs: lastMs, attempts }),
    };
    this.#put(record);
    if (opens) for (const listener of this.#listeners) listener(record);
  }

  #put(record: CauseRecord): void {
    this.#causes.set(record.fingerprint, record);
    this.#unwritten.add(record.fingerprint);
    if (this.#causes.size <= causesMax) return;
    const oldest = this.list()
      .toReversed()
      .toSorted((left, right) => Number(left.state === "open") - Number(right.state === "open"))[0];
    if (oldest === undefined) return;
    this.#causes.delete(oldest.fingerprint);
    this.#unwritten.add(oldest.fingerprint);
  }

  #write(): void {
    if (this.#unwritten.size === 0) return;
    const fingerprints = [...this.#unwritten];
    this.#unwritten.clear();
    this.#writing = this.#writing.then(async () => {
      for (const fingerprint of fingerprints) await this.#writeOne(fingerprint);
    });
  }

  async #writeOne(fingerprint: string): Promise<void> {
    const { catalog, warn } = this.#options;
    const record = this.#causes.get(fingerprint);
    try {
      await (record === undefined ? catalog.remove(fingerprint) : catalog.put(record));
      this.#warned = false;
    } catch (error) {
      this.#unwritten.add(fingerprint);
      if (!this.#warned) warn(`what is remembered of failures is not written: ${error instanceof Error ? error.message : String(error)}`);
      this.#warned = true;
    }
  }
}

function counted(buckets: ReadonlyMap<number, number>, { atMs, attempts }: { atMs: number; attempts: number }): Map<number, number> {
  const bucket = Math.floor(atMs / causeBucketMs);
  const kept = [...buckets].filter(([each]) => each > bucket - causeBuckets);
  return new Map(kept).set(bucket, (buckets.get(bucket) ?? 0) + attempts);
}
