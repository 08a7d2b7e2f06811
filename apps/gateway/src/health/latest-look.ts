/**
 * LatestLook: what was seen last of something that may hang (a disk, a database), for health. Whoever asks gets it at once. When it is older than
 * lookAgeMs, asking begins another look beside it.
 * Neighbours: disk-room.ts and catalog-reach.ts say what is looked at. Guarantee: nobody waits for a look, and at most one is under way.
 */
const lookAgeMs = 1_000;

export class LatestLook<T> {
  readonly #look: () => Promise<T>;
  #seen: T | undefined;
  #beganMs = Number.NEGATIVE_INFINITY;
  #underWay: Promise<void> | undefined;

  /** `look` never rejects: what goes wrong is what it saw. */
  constructor(look: () => Promise<T>) {
    this.#look = look;
  }

  /** Undefined: no look has ended yet. */
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
