/**
 * ValueStrip: the value of an invariant over time, as a chart draws it: the lowest, highest and last value of each stretch. A stretch in
 * which nothing changed has no point, because the one before still holds, so that a person who watches a quiet value is sent next to
 * nothing.
 */
export interface StripPoint {
  readonly atMs: number;
  low: number;
  high: number;
  last: number;
  held: boolean;
}

const stretchMs = 20_000;
const stretchesMax = 180;

export class ValueStrip {
  readonly #points: StripPoint[] = [];

  add(atMs: number, value: number, held: boolean): void {
    const begin = atMs - (atMs % stretchMs);
    const last = this.#points.at(-1);
    // A clock that steps back does not begin an older stretch.
    if (last !== undefined && begin <= last.atMs) {
      last.low = Math.min(last.low, value);
      last.high = Math.max(last.high, value);
      last.last = value;
      last.held &&= held;
      return;
    }
    if (last !== undefined && last.low === value && last.high === value && last.held === held) return;
    this.#points.push({ atMs: begin, low: value, high: value, last: value, held });
    if (this.#points.length > stretchesMax) this.#points.shift();
  }

  get points(): readonly StripPoint[] {
    return this.#points;
  }
}
