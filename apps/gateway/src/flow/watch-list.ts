/**
 * WatchList: the browsers that look, and the few things that the collectors must know of them (FlowWatch). One whose connection was cut is
 * kept for a short while, so that it goes on where it was. Bounded: watchersMax, of which the longest gone makes room.
 */
import type { AddressView } from "../contract/shapes/address.ts";
import type { LiveNeeds } from "../contract/overview/live.ts";
import type { TimelineBucket } from "../contract/overview/overview.ts";
import { digestMs } from "./digest-sender.ts";
import { nothingWatched, type FlowWatch, type TailWatch } from "./flow-digest.ts";
import type { FrameView, TrackedFrame } from "./flow.ts";
import { tailWatch } from "./tail.ts";
import { LiveSession, type FrameParts, type Tick } from "./live-session.ts";

export const tickMs = 250;
/** Dots cost bytes and frames of the browser, so above this an edge shows a sample and says how many messages it stands for. */
export const dotsPerTickMax = 120;
const watchersMax = 256;
const detachedKeptMs = 15_000;

export interface WatchListOptions {
  readonly parts: FrameParts;
  /** Somebody came or went. */
  readonly changed: () => void;
  /** The clock of what a watcher's filters may cost. */
  readonly steadyMs: () => number;
}

export class WatchList {
  readonly #options: WatchListOptions;
  readonly #watchers = new Map<string, LiveSession>();

  constructor(options: WatchListOptions) {
    this.#options = options;
  }

  all(): Iterable<LiveSession> {
    return this.#watchers.values();
  }

  attach(
    needs: LiveNeeds,
    { lastEventId, timeline, view }: { lastEventId: string | null; timeline: readonly TimelineBucket[]; view?: FrameView | undefined },
  ): { watcher: LiveSession; missed: TrackedFrame[] } {
    const [key, number] = (lastEventId ?? "").split(".");
    const known = this.#watchers.get(key ?? "");
    if (known !== undefined && !known.attached && known.view?.key === view?.key && JSON.stringify(known.needs) === JSON.stringify(needs)) {
      known.attached = true;
      return { watcher: known, missed: known.heldAfter(Number(number)) };
    }
    const { parts, steadyMs } = this.#options;
    const watcher = new LiveSession(crypto.randomUUID().slice(0, 12), needs, { parts: view ?? parts, timeline, view, steadyMs });
    if (lastEventId !== null) watcher.catchUp();
    if (this.#watchers.size >= watchersMax) this.#dropLongestGone();
    this.#watchers.set(watcher.key, watcher);
    this.#options.changed();
    return { watcher, missed: [] };
  }

  tick(tick: Tick): void {
    for (const watcher of this.#watchers.values()) {
      if (!watcher.attached && Math.abs(tick.nowMs - watcher.detachedMs) > detachedKeptMs) this.#drop(watcher);
      else watcher.tick(tick);
    }
  }

  /** What each collector has to sample when there are this many. */
  flowWatch(collectors: number): Omit<FlowWatch, "hotTypes"> {
    if (this.#watchers.size === 0 || collectors === 0) return nothingWatched;
    const tails = new Map<string, TailWatch>();
    const entities = new Map<string, AddressView>();
    let flow = false;
    for (const { needs } of this.#watchers.values()) {
      flow ||= needs.flow;
      for (const text of needs.tails) if (!tails.has(text)) tails.set(text, tailWatch(text, collectors));
      for (const entity of needs.entities) entities.set(JSON.stringify([entity.type, entity.id]), entity);
    }
    const dotsPerDigestMax = flow ? Math.ceil((dotsPerTickMax * digestMs) / tickMs / collectors) : 0;
    return { dotsPerDigestMax, tails: [...tails.values()], entities: [...entities.values()] };
  }

  #drop(watcher: LiveSession): void {
    this.#watchers.delete(watcher.key);
    this.#options.changed();
  }

  #dropLongestGone(): void {
    const longestGone = [...this.#watchers.values()].filter((watcher) => !watcher.attached).sort((a, b) => a.detachedMs - b.detachedMs)[0];
    if (longestGone !== undefined) this.#drop(longestGone);
  }
}
