/**
 * The live stream as one tab sees it, outside React: what is shown now (status summary, timeline, graph, connection), what pages asked for
 * (flow, tail filters, entities), and who listens to frames. live-tab.ts feeds it; use-live.ts reads it. It is bounded: the timeline keeps
 * ten minutes; frames are passed on, never kept.
 */
import { FlowReceived, type FlowGraph, type FlowPlaces } from "@signalbox/gateway/shared";
import type { FlowDot, LiveFrame, LiveNeeds, StatusSummary, TimelineBucket } from "../trpc/views.ts";
import { unionOf } from "./live-needs.ts";
import { endsSight, type Refusal } from "./live-stream.ts";
import { joinTimeline } from "./timeline-join.ts";

export type Connection =
  | { kind: "connecting" }
  | { kind: "live" }
  /** The tab was not visible and released the stream. */
  | { kind: "resting"; sinceMs: number }
  /** Frames stopped; what is shown is as old as `sinceMs`. With `refusal` the gateway answers and says why not. */
  | { kind: "offline"; sinceMs: number; refusal: Refusal | null };

export type FrameListener = (frame: LiveFrame) => void;

export interface LiveSnapshot {
  connection: Connection;
  summary: StatusSummary | null;
  timeline: readonly TimelineBucket[];
  lastFrameMs: number | null;
}

const nothing: LiveSnapshot = { connection: { kind: "connecting" }, summary: null, timeline: [], lastFrameMs: null };

export class LiveStore {
  #snapshot: LiveSnapshot = nothing;
  #flow = new FlowReceived();
  #flowKnown = false;
  readonly #watchers = new Set<() => void>();
  readonly #frameListeners = new Set<FrameListener>();
  readonly #flowListeners = new Set<(frame: FlowHeard) => void>();
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

  /** Gives the graph as it is now, and then with every frame that changes it. */
  onFlow(listener: (heard: FlowHeard) => void): () => void {
    this.#flowListeners.add(listener);
    if (this.#flowKnown) listener({ graph: this.#flow.graph(), dots: [], moved: 0 });
    return () => this.#flowListeners.delete(listener);
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

  needs(): LiveNeeds {
    return unionOf([...this.#needs.values()].map(({ flow = false, tails = [], entities = [] }) => ({ flow, tails, entities })));
  }

  receive(frame: LiveFrame, atMs: number): void {
    this.#set({
      connection: this.#snapshot.connection.kind === "live" ? this.#snapshot.connection : { kind: "live" },
      summary: frame.summary,
      timeline: joinTimeline(this.#snapshot.timeline, frame.timeline),
      lastFrameMs: atMs,
    });
    if (frame.flow !== null) this.#receiveFlow(frame.flow, atMs);
    for (const listener of this.#frameListeners) listener(frame);
  }

  /** Takes what a running stream brought before this tab joined it. */
  fill(past: { summary: StatusSummary | null; timeline: readonly TimelineBucket[]; flow: FlowPlaces | null; frameMs: number }): void {
    if (past.flow !== null) {
      this.#flow = FlowReceived.of(past.flow);
      this.#flowKnown = true;
      this.#tellFlow({ graph: this.#flow.graph(), dots: [], moved: 0 });
    }
    this.#set({
      connection: { kind: "live" },
      summary: past.summary ?? this.#snapshot.summary,
      timeline: joinTimeline(past.timeline, this.#snapshot.timeline),
      lastFrameMs: past.frameMs,
    });
  }

  offline(atMs: number, refusal: Refusal | null): void {
    if (endsSight(refusal)) this.#forget();
    const { connection, lastFrameMs } = this.#snapshot;
    const sinceMs = connection.kind === "offline" ? connection.sinceMs : (lastFrameMs ?? atMs);
    if (connection.kind === "offline" && (connection.refusal?.title === refusal?.title || refusal === null)) return;
    this.#set({ ...this.#snapshot, connection: { kind: "offline", sinceMs, refusal } });
  }

  #forget(): void {
    this.#flow = new FlowReceived();
    this.#flowKnown = false;
    this.#set({ ...this.#snapshot, summary: null, timeline: [] });
  }

  rest(atMs: number): void {
    this.#set({ ...this.#snapshot, connection: { kind: "resting", sinceMs: atMs } });
  }

  /** Called when the tab is visible again: what is shown is old until the first frame. */
  wake(): void {
    this.#set({ ...this.#snapshot, connection: { kind: "connecting" } });
  }

  #receiveFlow(delta: NonNullable<LiveFrame["flow"]>, atMs: number): void {
    this.#flow.apply(delta);
    // A tab that opens the flow while its first whole graph is still under way shows nothing rather than a part.
    this.#flowKnown ||= delta.whole;
    if (!this.#flowKnown || this.#flowListeners.size === 0) return;
    const changed =
      delta.whole ||
      delta.nodes.length + delta.nodeNumbers.length + delta.nodesGone.length > 0 ||
      delta.edges.length + delta.edgeNumbers.length + delta.edgesGone.length > 0;
    const graph = changed ? this.#flow.graph() : null;
    this.#tellFlow({ graph, dots: this.#flow.dots(delta, atMs), moved: delta.moved });
  }

  #tellFlow(heard: FlowHeard): void {
    for (const listener of this.#flowListeners) listener(heard);
  }

  #set(next: LiveSnapshot): void {
    this.#snapshot = next;
    for (const watcher of this.#watchers) watcher();
  }

  #needsChanged(): void {
    for (const watcher of this.#needsWatchers) watcher();
  }
}

export interface FlowHeard {
  /** Null when it did not change. */
  readonly graph: FlowGraph | null;
  readonly dots: readonly FlowDot[];
  readonly moved: number;
}
