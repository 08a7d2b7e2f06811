/**
 * HotTypes: the hottest ids of the few function types that somebody asks about, over about the last ten seconds. Nobody asks: nothing is
 * counted, and the engine's threads pay nothing. Counting begins with the first question and ends a while after the last.
 * Neighbours: live-flow.ts tells the collectors which types are asked for, and adds what they hand over.
 */
import { HotIds, type HotId } from "./hot-ids.ts";
import type { HotDigest } from "./flow-digest.ts";

/** Each is one summary more in every collector. */
export const hotTypesMax = 8;
const askedKeptMs = 15_000;
const countersMax = 128;
/** Each second what was counted before gets this weight, so about ten seconds count. */
const fadePerSecond = 0.9;
const forgottenBelow = 0.05;

export interface HottestIds {
  /** For how long the type has been counted. */
  readonly countedMs: number;
  readonly ids: readonly (HotId & { readonly perSecond: number })[];
}

interface Asked {
  readonly ids: HotIds;
  readonly sinceMs: number;
  askedMs: number;
  fadedMs: number;
}

export class HotTypes {
  readonly #types = new Map<string, Asked>();

  get types(): readonly string[] {
    return [...this.#types.keys()];
  }

  /** `isNew`: the collectors are to be told. */
  ask(type: string, { limit, nowMs }: { limit: number; nowMs: number }): HottestIds & { readonly isNew: boolean } {
    const known = this.#types.get(type);
    if (known === undefined) {
      this.#makeRoom();
      this.#types.set(type, { ids: new HotIds(countersMax), sinceMs: nowMs, askedMs: nowMs, fadedMs: nowMs });
      return { isNew: true, countedMs: 0, ids: [] };
    }
    known.askedMs = nowMs;
    const countedMs = Math.max(0, nowMs - known.sinceMs);
    const seconds = weightSeconds(countedMs);
    const ids = known.ids.top(limit).map((hot) => ({ ...hot, perSecond: seconds === 0 ? 0 : hot.count / seconds }));
    return { isNew: false, countedMs, ids };
  }

  add(digests: readonly HotDigest[]): void {
    for (const { type, ids } of digests) {
      const asked = this.#types.get(type);
      if (asked !== undefined) for (const [id, count, surplus] of ids) asked.ids.add(id, count, surplus);
    }
  }

  /** Returns true when the collectors have to be told. */
  tick(nowMs: number): boolean {
    let removed = false;
    for (const [type, asked] of this.#types) {
      if (Math.abs(nowMs - asked.askedMs) > askedKeptMs) {
        this.#types.delete(type);
        removed = true;
      } else if (Math.abs(nowMs - asked.fadedMs) >= 1_000) {
        asked.ids.fade(fadePerSecond ** Math.min(60, Math.abs(nowMs - asked.fadedMs) / 1_000), forgottenBelow);
        asked.fadedMs = nowMs;
      }
    }
    return removed;
  }

  /** The one asked for longest ago goes. */
  #makeRoom(): void {
    if (this.#types.size < hotTypesMax) return;
    const [longest] = [...this.#types].sort(([, left], [, right]) => left.askedMs - right.askedMs);
    if (longest !== undefined) this.#types.delete(longest[0]);
  }
}

/** A steady rate of one a second is counted as this after so long: the sum of what each second still weighs. */
function weightSeconds(countedMs: number): number {
  return (1 - fadePerSecond ** (countedMs / 1_000)) / (1 - fadePerSecond);
}
