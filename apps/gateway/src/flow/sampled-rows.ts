/** SampledRows: the rows of one digest as people read them, each decoded when the first watcher takes it and then shared by all. */
import type { JournalValue } from "@signalbox/runtime";
import type { ValueCodec } from "../values/value-codec.ts";
import type { Masks } from "../masking/masks.ts";
import type { TailRow } from "../contract/overview/flow.ts";
import type { ReadField } from "../shared/filter/compile-filter.ts";
import type { RowSample } from "./flow-digest.ts";
import { rowFields } from "./row-fields.ts";

export class SampledRows {
  readonly #samples: readonly RowSample[];
  readonly #values: ValueCodec;
  readonly #masks: Masks;
  /** Rows of failed attempts have no sequence of the engine's: they get negative ones below this, so that none is met twice. */
  readonly #failedBefore: number;
  readonly #rows: (TailRow | undefined)[] = [];

  constructor(samples: readonly RowSample[], { values, masks, failedBefore }: { values: ValueCodec; masks: Masks; failedBefore: number }) {
    this.#samples = samples;
    this.#values = values;
    this.#masks = masks;
    this.#failedBefore = failedBefore;
  }

  readonly at = (place: number): TailRow => {
    const sample = this.#samples[place];
    if (sample === undefined) throw new Error(`the digest has ${this.#samples.length} rows and none at ${place}`);
    return (this.#rows[place] ??= this.#rowOf(sample, place));
  };

  /** What a filter may ask of a row. */
  readonly fieldsAt = (place: number, nowMs: number): ReadField => {
    const sample = this.#samples[place];
    if (sample === undefined) return () => undefined;
    const preview = (): string => this.at(place).preview;
    return rowFields({ sample: this.#withoutHidden(sample), value: this.#shown(sample), preview, values: this.#values, nowMs });
  };

  #rowOf(sample: RowSample, place: number): TailRow {
    const { status, valueType } = sample;
    const failed = status === "failed";
    return {
      sequence: failed ? -(this.#failedBefore + place + 1) : sample.sequence,
      atMs: sample.atMs,
      address: { type: sample.type, id: sample.id },
      valueType,
      status,
      word: sample.word,
      durationMs: sample.durationMs,
      messages: sample.messages,
      trace: sample.trace,
      attempt: sample.attempt,
      preview: failed ? sample.message : this.#values.preview(this.#shown(sample)),
    };
  }

  /** The value as people see it. */
  #shown({ type, callerType, valueType, bytes, sizeBytes }: RowSample): JournalValue {
    return this.#masks.beginning({ typename: valueType, sizeBytes, bytes }, this.#masks.table.message(type, callerType));
  }

  /** Headers have no fields, so they are hidden together with a value that is hidden as a whole. */
  #withoutHidden(sample: RowSample): RowSample {
    const isWhole = this.#masks.table.message(sample.type, sample.callerType).some((path) => path.length === 0);
    return isWhole ? { ...sample, headers: undefined } : sample;
  }
}
