/** EntityTally: what one step of counting sums up of the matching entities: their statuses, and the distribution of one column's values. */
import type { EntityStatus } from "@signalbox/runtime";
import type { EntityTally as TallyView } from "../../contract/entities/entity-rows.ts";
import { bucketOf } from "../../shared/number-buckets.ts";
import type { ValueCodec } from "../../values/value-codec.ts";
import { addressView } from "../../views/entity-views.ts";
import { entityCells } from "./entity-cells.ts";
import type { Scanned } from "./entity-scan.ts";

const sampleMax = 20;
const textsKeptMax = 200;
const textsShownMax = 20;

export class EntityTally {
  readonly #column: string | undefined;
  readonly #values: ValueCodec;
  readonly #statuses = new Map<EntityStatus, number>();
  readonly #buckets = new Map<number, number>();
  readonly #texts = new Map<string, number>();
  readonly #sample: TallyView["sample"] = [];
  #matched = 0;
  #waiting = 0;
  #numbers = 0;
  #min = Infinity;
  #max = -Infinity;

  constructor(column: string | undefined, values: ValueCodec) {
    this.#column = column;
    this.#values = values;
  }

  add({ summary, view }: Scanned): void {
    this.#matched += 1;
    this.#waiting += summary.mailboxDepth;
    this.#statuses.set(summary.status, (this.#statuses.get(summary.status) ?? 0) + 1);
    if (this.#sample.length < sampleMax) this.#sample.push(addressView(summary.address));
    if (this.#column === undefined || view === undefined) return;
    const cell = entityCells(view, this.#values).find(({ path }) => path === this.#column);
    if (cell?.kind === "number") this.#number(Number(cell.text));
    else if (cell !== undefined && (this.#texts.has(cell.text) || this.#texts.size < textsKeptMax))
      this.#texts.set(cell.text, (this.#texts.get(cell.text) ?? 0) + 1);
  }

  #number(value: number): void {
    this.#numbers += 1;
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
    const bucket = bucketOf(value);
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1);
  }

  view(): Omit<TallyView, "looked" | "cursor"> {
    const numbers = { count: this.#numbers, min: this.#min, max: this.#max, buckets: [...this.#buckets] };
    return {
      matched: this.#matched,
      waiting: this.#waiting,
      byStatus: [...this.#statuses].map(([status, entities]) => ({ status, entities })),
      sample: this.#sample,
      numbers: this.#numbers === 0 ? null : numbers,
      texts: [...this.#texts]
        .map(([text, count]) => ({ text, count }))
        .toSorted((left, right) => right.count - left.count)
        .slice(0, textsShownMax),
    };
  }
}
