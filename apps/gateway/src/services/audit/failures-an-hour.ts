/**
 * FailuresAnHour: how many refused or failed attempts the audit records. They cost the caller nothing, and must not push everything else
 * out of the audit. Neighbour: guarded.ts has one for each operation that is open to all, and one for those who have signed in, by who they
 * are; it asks before it writes. Guarantee: a bounded number of one caller and of all callers together, whatever names they use.
 */

export const failuresAnHourMax = 200;
export const failuresOfAllAnHourMax = 2_000;
const hourMs = 3_600_000;

/** last: there is room for this one, whose entry must say that further ones are left out. */
export type Told = "told" | "last" | "left-out";

export class FailuresAnHour {
  readonly #nowMs: () => number;
  #hour = 0;
  #all = 0;
  readonly #byWho = new Map<string, number>();

  constructor(nowMs: () => number = Date.now) {
    this.#nowMs = nowMs;
  }

  take(who: string): Told {
    const hour = Math.floor(this.#nowMs() / hourMs);
    if (hour !== this.#hour) {
      this.#all = 0;
      this.#byWho.clear();
    }
    this.#hour = hour;
    const own = (this.#byWho.get(who) ?? 0) + 1;
    if (own > failuresAnHourMax || this.#all >= failuresOfAllAnHourMax) return "left-out";
    this.#byWho.set(who, own);
    this.#all += 1;
    return own === failuresAnHourMax || this.#all === failuresOfAllAnHourMax ? "last" : "told";
  }
}
