/**
 * HotIds: which ids get most of the messages of a function type, in bounded memory, however many ids there are (a space-saving summary: who
 * is new when all counters are taken takes the place of the smallest one, and its count as a possible surplus). What is counted too much is
 * known for each id.
 * Neighbours: flow-collector.ts counts in the thread of a partition, hot-types.ts adds up what all of them hand over.
 */

export interface HotId {
  readonly id: string;
  /** At most this many. */
  readonly count: number;
  /** How many of `count` may belong to others. */
  readonly surplus: number;
}

interface Counter {
  count: number;
  surplus: number;
}

export class HotIds {
  readonly #countersMax: number;
  readonly #counters = new Map<string, Counter>();

  constructor(countersMax: number) {
    this.#countersMax = countersMax;
  }

  get size(): number {
    return this.#counters.size;
  }

  add(id: string, count = 1, surplus = 0): void {
    const known = this.#counters.get(id);
    if (known !== undefined) {
      known.count += count;
      known.surplus += surplus;
      return;
    }
    if (this.#counters.size < this.#countersMax) {
      this.#counters.set(id, { count, surplus });
      return;
    }
    const least = this.#takeLeast();
    this.#counters.set(id, { count: least + count, surplus: least + surplus });
  }

  /** The largest first. */
  top(limit: number): HotId[] {
    return [...this.#counters]
      .map(([id, { count, surplus }]) => ({ id, count, surplus }))
      .sort((left, right) => right.count - left.count || (left.id < right.id ? -1 : 1))
      .slice(0, limit);
  }

  /** What was counted before gets this weight; an id that weighs next to nothing makes room. */
  fade(factor: number, forgottenBelow: number): void {
    for (const [id, counter] of this.#counters) {
      counter.count *= factor;
      counter.surplus *= factor;
      if (counter.count < forgottenBelow) this.#counters.delete(id);
    }
  }

  clear(): void {
    this.#counters.clear();
  }

  #takeLeast(): number {
    let leastId = "";
    let least = Number.POSITIVE_INFINITY;
    for (const [id, { count }] of this.#counters) {
      if (count >= least) continue;
      least = count;
      leastId = id;
    }
    this.#counters.delete(leastId);
    return least;
  }
}
