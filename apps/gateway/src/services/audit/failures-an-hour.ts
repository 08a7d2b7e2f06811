/**
 * FailuresAnHour: how many failed attempts at one operation that is open to all the audit tells of. Whoever reaches a port can make them, in masses: they must not push
 * everything else out of it. Neighbour: guarded.ts has one for each operation, and asks before it writes.
 */

export const failuresAnHourMax = 200;
const hourMs = 3_600_000;

export class FailuresAnHour {
  readonly #nowMs: () => number;
  #hour = 0;
  #count = 0;

  constructor(nowMs: () => number = Date.now) {
    this.#nowMs = nowMs;
  }

  /** Whether there is room for one more. */
  take(): boolean {
    const hour = Math.floor(this.#nowMs() / hourMs);
    if (hour !== this.#hour) this.#count = 0;
    this.#hour = hour;
    return ++this.#count <= failuresAnHourMax;
  }
}
