/**
 * ReportTally: counts what a bootstrap did, row by row, and keeps its first errors and a sample. It is a part of run-bootstrap.ts.
 */
import { errorsShownMax, sampleRowsMax, type BootstrapReport, type RowError } from "./bootstrap-job.ts";
import type { StateWriter } from "./state-writer.ts";

type SampleRow = BootstrapReport["sample"][number];

const sampleCharactersMax = 200;
const sampleRowsOfStateMax = 3;

export class ReportTally {
  rows = 0;
  readonly #errorsKnownMax: number;
  readonly #states = new Map<string, { type: string; name: string; typename: string; values: number }>();
  readonly #errors: RowError[] = [];
  readonly #sample: SampleRow[] = [];
  #errorsTotal = 0;
  #values = 0;

  /** With more errors than this the tally is full. */
  constructor(errorsKnownMax: number) {
    this.#errorsKnownMax = errorsKnownMax;
  }

  get isFull(): boolean {
    return this.#errorsTotal > this.#errorsKnownMax;
  }

  error(error: RowError): void {
    this.#errorsTotal++;
    if (this.#errors.length < errorsShownMax) this.#errors.push(error);
  }

  value(row: SampleRow): void {
    this.#values++;
    const { type, name, typename } = row;
    const key = `${type}\0${name}`;
    const state = this.#states.get(key);
    // Keeps the first rows of each state value, so that one with many rows does not push another out of the sample.
    if (state === undefined) this.#states.set(key, { type, name, typename, values: 1 });
    else state.values++;
    if ((state?.values ?? 1) <= sampleRowsOfStateMax) this.#keep(row);
  }

  report(writer: Pick<StateWriter, "newEntities" | "replacedEntities" | "skippedEntities">, elapsedMs: number): BootstrapReport {
    return {
      rows: this.rows,
      values: this.#values,
      entities: writer.newEntities + writer.replacedEntities,
      skippedEntities: writer.skippedEntities,
      replacedEntities: writer.replacedEntities,
      states: [...this.#states.values()],
      errors: this.#errors,
      errorsTotal: this.#errorsTotal,
      complete: !this.isFull,
      sample: this.#sample,
      elapsedMs: Math.round(elapsedMs),
    };
  }

  #keep(row: SampleRow): void {
    if (this.#sample.length >= sampleRowsMax) return;
    const { value, id } = row;
    this.#sample.push({ ...row, id: id.slice(0, sampleCharactersMax), value: value.slice(0, sampleCharactersMax) });
  }
}
