/**
 * Flow: the live side of the gateway, made from engine events. Numbers come from counters, never from a second collection.
 * Neighbours: flow-collector.ts counts the events, live-flow.ts adds them up, live-session.ts makes the frames of one tab,
 * services/live/live-service.ts sends them.
 */
import type { FlowFrame } from "../contract/overview/flow.ts";
import type { LiveFrame, LiveNeeds } from "../contract/overview/live.ts";
import type { HottestIds } from "./hot-types.ts";
import type { StatusSummary, TimelineBucket } from "../contract/overview/overview.ts";

/** What a tab has to read again. */
export type Change = LiveFrame["changed"][number];

export interface WatchOptions {
  /** After this frame the stream goes on when it is still held. */
  readonly lastEventId: string | null;
  /** The first frame brings the timeline from then on; null: only what closes from now on. */
  readonly timelineAfterMs: number | null;
  readonly signal: AbortSignal;
  /** What frames show to a person who may not see everything. */
  readonly view?: FrameView;
}

/** What frames are made from when they do not show everything. */
export interface FrameView {
  /** Two views that show the same have the same key: a stream that is resumed continues with what it showed. */
  readonly key: string;
  summary(): StatusSummary;
  graph(): FlowFrame;
  seesEdge(id: string): boolean;
  /** Whether the numbers of everything by the second come along. */
  readonly timeline: boolean;
}

/** The sum over several types. */
export type TypesTraffic = Pick<StatusSummary, "invocationsPerSecond" | "failuresPerSecond" | "p50Ms" | "p99Ms">;

export interface TypeTraffic {
  readonly ratePerSecond: number;
  readonly failuresPerSecond: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

export interface TrackedFrame {
  readonly id: string;
  readonly frame: LiveFrame;
}

export type TimelineMark = "savepoint" | "restore" | "module" | "restart";

export interface Flow {
  summary(): StatusSummary;
  timeline(): TimelineBucket[];
  /** The same numbers as the live frames have. */
  graph(): FlowFrame;
  typeTraffic(type: string): TypeTraffic;
  /** The ids of a type that get most messages; counting begins with the first question. */
  hottest(type: string, limit: number): HottestIds;
  typesTraffic(types: readonly string[]): TypesTraffic;
  /** Puts a mark on the timeline and tells every tab what to read again. */
  mark(kind: TimelineMark, text: string): void;
  changed(what: "savepoints" | "bindings"): void;
  /** Frames until the signal aborts. */
  watch(needs: LiveNeeds, options: WatchOptions): AsyncIterable<TrackedFrame>;
}
