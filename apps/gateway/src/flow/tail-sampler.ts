/**
 * TailSampler: the part of one watched tail that sits beside the engine: which events fit its filter, and how many of them a digest may
 * carry. It looks at names only; values are decoded in the gateway's thread. What fitted and was not picked is counted, never silently
 * lost.
 */
import type { EngineEvent, JournalRecord } from "@signalbox/runtime";
import { matchesNames } from "../shared/row-filter.ts";
import type { TailDigest, TailWatch } from "./flow-digest.ts";

export type AttemptFailed = Extract<EngineEvent, { kind: "attempt-failed" }>;

export class TailSampler {
  readonly watch: TailWatch;
  #credit: number;
  #rows: number[] = [];
  #dropped = 0;

  constructor(watch: TailWatch) {
    this.watch = watch;
    this.#credit = watch.rowsAtOnceMax;
  }

  fitsRecord(record: JournalRecord): boolean {
    if (this.watch.filter.terms.length === 0) return true;
    const { type, id } = record.address;
    const first = record.messages[0];
    return matchesNames(this.watch.filter, {
      type,
      id,
      valueType: first?.value.typename ?? "",
      status: record.outcome.kind,
      trace: first?.trace ?? 0,
    });
  }

  fitsAttempt(event: AttemptFailed): boolean {
    const { type, id } = event.address;
    return matchesNames(this.watch.filter, { type, id, valueType: "", status: "failed", trace: 0 });
  }

  get full(): boolean {
    return this.#credit === 0;
  }

  pick(row: number): void {
    this.#credit -= 1;
    this.#rows.push(row);
  }

  drop(): void {
    this.#dropped += 1;
  }

  take(): TailDigest {
    const { key, rowsAtOnceMax, rowsPerDigestMax } = this.watch;
    const digest = { key, rows: this.#rows, dropped: this.#dropped };
    this.#rows = [];
    this.#dropped = 0;
    this.#credit = Math.min(rowsAtOnceMax, this.#credit + rowsPerDigestMax);
    return digest;
  }

  /** A whole digest's time passed in which nothing happened. */
  rest(): void {
    this.#credit = this.watch.rowsAtOnceMax;
  }
}
