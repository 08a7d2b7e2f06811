/** Timeline: one bucket a second for the last ten minutes; marks (savepoint, restore, module) sit on the second they happened. */
import { timelineSeconds } from "../shared/rolling-seconds.ts";
import type { TimelineBucket } from "../contract/overview/overview.ts";
import type { TimelineMark } from "./flow.ts";
import { clockBackSecondsMax } from "./rolling-counters.ts";

export const timelineSecondsMax = timelineSeconds;
const marksPerSecondMax = 16;

export class Timeline {
  #closed: TimelineBucket[] = [];
  #open: TimelineBucket;

  constructor(second: number) {
    this.#open = emptyBucket(second);
  }

  /** The buckets of a timeline before this one; the seconds in between stay unknown. */
  recall(buckets: readonly TimelineBucket[]): void {
    const first = this.#closed[0]?.atMs ?? this.#open.atMs;
    this.#closed = [...buckets.filter((bucket) => bucket.atMs < first), ...this.#closed].slice(-timelineSecondsMax);
  }

  add(messages: number, failures: number): void {
    this.#open.messages += messages;
    this.#open.failures += failures;
  }

  mark(kind: TimelineMark, text: string): void {
    if (this.#open.marks.length < marksPerSecondMax) this.#open.marks.push({ kind, text });
  }

  /** Closes every second before `second`; returns those that closed (at most timelineSecondsMax). */
  turn(second: number): TimelineBucket[] {
    const openSecond = this.#open.atMs / 1000;
    if (second < openSecond - clockBackSecondsMax) {
      this.#closed = [];
      this.#open = emptyBucket(second);
    }
    if (second <= openSecond) return [];
    const closed = [this.#open];
    for (let empty = Math.max(openSecond + 1, second - timelineSecondsMax); empty < second; empty += 1) closed.push(emptyBucket(empty));
    this.#closed = this.#closed.concat(closed).slice(-timelineSecondsMax);
    this.#open = emptyBucket(second);
    return closed;
  }

  buckets(): TimelineBucket[] {
    return this.#closed.slice();
  }
}

function emptyBucket(second: number): TimelineBucket {
  return { atMs: second * 1000, messages: 0, failures: 0, marks: [] };
}
