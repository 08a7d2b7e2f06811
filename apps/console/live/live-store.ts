/**
 * The live stream of one tab, outside React: what is shown now (pulse, tape, connection), what pages asked for (flow,
 * tail filter, entity), and who listens to frames. live-connection.ts feeds it; use-live.ts reads it.
 * Bounded: the tape keeps TAPE_SECONDS_MAX buckets; frames are handed on, never kept.
 */
import type { AddressView, LiveFrame, Pulse, TailFilter, TapeBucket } from "../trpc/views.ts";

/** The last ten minutes, one bucket a second. */
export const TAPE_SECONDS_MAX = 600;

export type Connection =
  | { kind: "connecting" }
  | { kind: "live" }
  /** Frames stopped; what is shown is as old as `sinceMs`. */
  | { kind: "offline"; sinceMs: number };

export interface LiveNeeds {
  flow: boolean;
  tail: TailFilter | null;
  entity: AddressView | null;
}

export type FrameListener = (frame: LiveFrame) => void;

export interface LiveSnapshot {
  connection: Connection;
  pulse: Pulse | null;
  tape: readonly TapeBucket[];
  lastFrameMs: number | null;
}

const nothing: LiveSnapshot = { connection: { kind: "connecting" }, pulse: null, tape: [], lastFrameMs: null };

export class LiveStore {
  #snapshot: LiveSnapshot = nothing;
  readonly #watchers = new Set<() => void>();
  readonly #frameListeners = new Set<FrameListener>();
  readonly #needs = new Map<symbol, Partial<LiveNeeds>>();
  readonly #needsWatchers = new Set<() => void>();

  readonly snapshot = (): LiveSnapshot => this.#snapshot;
  readonly serverSnapshot = (): LiveSnapshot => nothing;

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  onFrame(listener: FrameListener): () => void {
    this.#frameListeners.add(listener);
    return () => this.#frameListeners.delete(listener);
  }

  /** A page declares what it needs; the returned function withdraws it. */
  declare(need: Partial<LiveNeeds>): () => void {
    const owner = Symbol("need");
    this.#needs.set(owner, need);
    this.#needsChanged();
    return () => {
      this.#needs.delete(owner);
      this.#needsChanged();
    };
  }

  onNeeds(watcher: () => void): () => void {
    this.#needsWatchers.add(watcher);
    return () => this.#needsWatchers.delete(watcher);
  }

  /** All that is asked for, as one subscription: the latest tail filter and entity win. */
  needs(): LiveNeeds {
    const merged: LiveNeeds = { flow: false, tail: null, entity: null };
    for (const need of this.#needs.values()) {
      if (need.flow) merged.flow = true;
      if (need.tail) merged.tail = need.tail;
      if (need.entity) merged.entity = need.entity;
    }
    return merged;
  }

  receive(frame: LiveFrame, atMs: number): void {
    this.#set({
      connection: this.#snapshot.connection.kind === "live" ? this.#snapshot.connection : { kind: "live" },
      pulse: frame.pulse,
      tape: frame.tape.length === 0 ? this.#snapshot.tape : joinTape(this.#snapshot.tape, frame.tape),
      lastFrameMs: atMs,
    });
    for (const listener of this.#frameListeners) listener(frame);
  }

  /** The tape's past, fetched once at start and after every gap. */
  fillTape(buckets: readonly TapeBucket[]): void {
    this.#set({ ...this.#snapshot, tape: joinTape(buckets, this.#snapshot.tape) });
  }

  offline(atMs: number): void {
    if (this.#snapshot.connection.kind === "offline") return;
    this.#set({ ...this.#snapshot, connection: { kind: "offline", sinceMs: this.#snapshot.lastFrameMs ?? atMs } });
  }

  #set(next: LiveSnapshot): void {
    this.#snapshot = next;
    for (const watcher of this.#watchers) watcher();
  }

  #needsChanged(): void {
    for (const watcher of this.#needsWatchers) watcher();
  }
}

/** Joins two runs of buckets by time; the later run wins where both know a second. */
export function joinTape(past: readonly TapeBucket[], later: readonly TapeBucket[]): TapeBucket[] {
  const bySecond = new Map<number, TapeBucket>();
  for (const bucket of past) bySecond.set(bucket.atMs, bucket);
  for (const bucket of later) bySecond.set(bucket.atMs, bucket);
  return [...bySecond.values()].sort((left, right) => left.atMs - right.atMs).slice(-TAPE_SECONDS_MAX);
}
