/**
 * TailSampler: the part of one watched tail that sits beside the engine: which events fit its filter, and how many of them a digest may
 * carry. It looks at names only; values are decoded in the gateway's thread. What fitted and was not picked is counted, never silently lost.
 */
import type { EngineEvent, JournalRecord } from "@signalbox/engine";
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
    const { type, id, valueType, status } = this.watch;
    return (
      (status === "" || status === record.outcome.kind) &&
      (type === "" || record.address.type.includes(type)) &&
      (id === "" || record.address.id.includes(id)) &&
      (valueType === "" || (record.messages[0]?.value.typename ?? "").includes(valueType))
    );
  }

  fitsAttempt(event: AttemptFailed): boolean {
    const { type, id, valueType, status } = this.watch;
    return (
      (status === "" || status === "failed") &&
      valueType === "" &&
      (type === "" || event.address.type.includes(type)) &&
      (id === "" || event.address.id.includes(id))
    );
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
