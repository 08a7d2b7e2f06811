/**
 * RecordStreams: the journal of all partitions followed in one order in which causes come first, with the ends of epochs. A partition's
 * records are passed on only when all other partitions were asked once more, because what a record followed from was durable in the other
 * partition before.
 * Neighbours: invariant-watch.ts and past-check.ts drive it.
 * Guarantee: a record is passed on once; records that were trimmed before they were read are reported as a gap.
 */
import type { Engine, JournalRecord } from "@signalbox/runtime";

const pageRecords = 500;

export type StreamStep =
  | { readonly kind: "record"; readonly record: JournalRecord; readonly partition: number }
  /** All partitions are between two epochs. */
  | { readonly kind: "epoch-ended" }
  | { readonly kind: "gap" };

interface Stream {
  readonly partition: number;
  /** True while the journal is known to have held nothing to read, so that nothing can have been trimmed. */
  wasEmpty: boolean;
  next: number;
  readonly waiting: { readonly record: JournalRecord; readonly round: number }[];
  /** The sequence after the last record that was passed on. */
  handed: number;
  /** The epoch of the last record that was passed on, while that epoch is not known to have ended. */
  open: number | undefined;
  full: boolean;
}

export class RecordStreams {
  readonly #engine: Pick<Engine, "journalStreams">;
  readonly #streams: Stream[];
  #round = 0;

  /** `fresh` is true when nothing is missed before the places, or when nothing before the oldest record is wanted. */
  constructor(engine: Pick<Engine, "journalStreams">, places: readonly number[], { fresh }: { readonly fresh: boolean }) {
    this.#engine = engine;
    this.#streams = places.map((next, partition) => ({
      partition,
      wasEmpty: fresh,
      next,
      waiting: [],
      handed: next,
      open: undefined,
      full: false,
    }));
  }

  /** The places from which to continue: every record before them was passed on. */
  get places(): readonly number[] {
    return this.#streams.map(({ handed }) => handed);
  }

  /** Whether more records are known to be there. */
  get behind(): boolean {
    return this.#streams.some(({ full, waiting }) => full || waiting.length > 0);
  }

  /** Reads a page of each partition and gives the records that may be passed on. */
  async *more(): AsyncGenerator<StreamStep> {
    this.#round += 1;
    const from = this.#streams.map(({ next }) => next);
    for (const { partition, records, next, oldest } of await this.#engine.journalStreams({ from, limit: pageRecords })) {
      const stream = this.#streams[partition];
      if (stream === undefined || (oldest !== undefined && oldest > stream.next && !stream.wasEmpty)) {
        yield { kind: "gap" };
        return;
      }
      stream.wasEmpty = oldest === undefined;
      for (const record of records) stream.waiting.push({ record, round: this.#round });
      stream.full = records.length >= pageRecords;
      stream.next = next;
    }
    yield* this.#handOn();
  }

  *#handOn(): Generator<StreamStep> {
    const alone = this.#streams.length === 1;
    const barrier = alone
      ? Number.POSITIVE_INFINITY
      : Math.min(...this.#streams.map(({ full, next }) => (full ? next : Number.POSITIVE_INFINITY)));
    for (;;) {
      const stream = this.#first();
      const head = stream?.waiting[0];
      if (stream === undefined || head === undefined) return;
      if (head.record.sequence >= barrier || (!alone && head.round >= this.#round)) return;
      const { record } = head;
      // The page before may have ended exactly at the end of an epoch.
      if (stream.open !== undefined && stream.open !== record.epoch) yield* this.#closed(stream);
      stream.waiting.shift();
      stream.handed = record.sequence + 1;
      stream.open = record.epoch;
      yield { kind: "record", record, partition: stream.partition };
      const following = stream.waiting[0]?.record;
      if (following === undefined ? !stream.full : following.epoch !== record.epoch) yield* this.#closed(stream);
    }
  }

  *#closed(stream: Stream): Generator<StreamStep> {
    stream.open = undefined;
    if (this.#streams.every(({ open }) => open === undefined)) yield { kind: "epoch-ended" };
  }

  #first(): Stream | undefined {
    let first: Stream | undefined;
    for (const stream of this.#streams) {
      const sequence = stream.waiting[0]?.record.sequence;
      if (sequence !== undefined && sequence < (first?.waiting[0]?.record.sequence ?? Number.POSITIVE_INFINITY)) first = stream;
    }
    return first;
  }
}
