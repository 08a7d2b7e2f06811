/**
 * LatestLook: the last look at something that may hang (a disk, a database), for health. A question is answered at once with what is known.
 * When that is older than lookAgeMs, the question begins another look in the background.
 * Neighbours: disk-room.ts and catalog-reach.ts say what is looked at. Guarantee: nobody waits for a look, and at most one is under way.
 */
const lookAgeMs = 1_000;

export class LatestLook<T> {
  readonly #look: () => Promise<T>;
  #seen: T | undefined;
  #beganMs = Number.NEGATIVE_INFINITY;
  #underWay: Promise<void> | undefined;

  /** `look` must never reject: a failure is one of the values that it returns. */
  constructor(look: () => Promise<T>) {
    this.#look = look;
  }

  /** Returns undefined when no look has ended yet. */
  seen(nowMs: number = performance.now()): T | undefined {
    if (this.#underWay === undefined && nowMs - this.#beganMs >= lookAgeMs) {
      this.#beganMs = nowMs;
      this.#underWay = this.#look().then((seen) => {
        this.#seen = seen;
        this.#underWay = undefined;
      });
    }
    return this.#seen;
  }

  /** Resolves once the look that is under way has ended. */
  async settled(): Promise<void> {
    await this.#underWay;
  }
}
