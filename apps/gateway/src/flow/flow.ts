/**
 * Flow: the live side of the gateway, made from engine events. Numbers come from counters, never from a second collection.
 * Neighbours: flow-collector.ts counts the events, live-flow.ts adds them up, watcher.ts makes the frames of one tab, trpc/live.ts sends them.
 */
import type { AddressView, FlowFrame, LiveFrame, Pulse, TailFilter, TapeBucket } from "../trpc/views.ts";

/** What a tab is to read again. */
export type Change = LiveFrame["changed"][number];

export interface WatchRequest {
  readonly flow: boolean;
  readonly tail: TailFilter | null;
  readonly entity: AddressView | null;
}

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

export type TapeMark = "savepoint" | "restore" | "module";

export interface Flow {
  pulse(): Pulse;
  tape(): TapeBucket[];
  /** Rates of the last 60 s, no dots. */
  graph(): FlowFrame;
  typeTraffic(type: string): TypeTraffic;
  /** Puts a mark on the tape and tells every tab what to read again. */
  mark(kind: TapeMark, text: string): void;
  changed(what: "savepoints" | "bindings"): void;
  /** Frames until the signal aborts; `lastEventId` resumes after the frame with that id if it is still held. */
  watch(request: WatchRequest, options: { lastEventId: string | null; signal: AbortSignal }): AsyncIterable<TrackedFrame>;
}
