/** ReportTally: what a bootstrap did, counted row by row, with its first errors and a sample. Part of run-bootstrap.ts. */
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

  /** With more errors it is full. */
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
    // The first rows of each state value, so that none is missing in the sample for another that has many.
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
