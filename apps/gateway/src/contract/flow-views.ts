/**
 * The shapes of the console's live side: the pulse, the graph and what changed in it, tail rows, the tape, and the frame that carries them.
 * Plain JSON. Neighbours: flow/ makes them, shared/flow-delta.ts applies deltas, views.ts gives them out with all others.
 */
import type { EngineHealth } from "@signalbox/engine";

export interface AddressView {
  type: string;
  id: string;
}

/** The status strip and the rail's live numbers. */
export interface Pulse {
  atMs: number;
  health: EngineHealth;
  lamp: "clear" | "caution" | "danger";
  epoch: number;
  durableAgoMs: number;
  inPerSecond: number;
  invocationsPerSecond: number;
  failuresPerSecond: number;
  /** Of invocations in the last 10 s; null when none ended. */
  p50Ms: number | null;
  p99Ms: number | null;
  /** Messages that wait for their turn; those of parked entities wait for a person. */
  waiting: number;
  parkedMessages: number;
  inFlight: number;
  parked: number;
  paused: number;
  backingOff: number;
  delayed: number;
  troubledEndpoints: number;
  functionTypes: number;
  modules: number;
  savepoints: number;
  /** The longest that the gateway's thread was held in the last minute. */
  heldMs: number;
}

export interface FlowNode {
  /** ingress:<name>, type:<ns/name>, egress:<ns/name>. */
  id: string;
  kind: "ingress" | "type" | "egress";
  name: string;
  /** Endpoint id and breaker (types), or kind of egress. */
  detail: string;
  state: "clear" | "caution" | "danger" | "idle";
  stateWord: string;
  ratePerSecond: number;
  waiting: number;
  parked: number;
  /** Of a type's invocations; null when none ended lately, and for ingress and egress. */
  p99Ms: number | null;
}

export interface FlowEdge {
  id: string;
  from: string;
  to: string;
  ratePerSecond: number;
  total: number;
  p50Ms: number | null;
  p99Ms: number | null;
  failed: boolean;
}

/** One real message that moved. `sequence` opens it. */
export interface FlowDot {
  edge: string;
  sequence: number;
  trace: number;
  atMs: number;
  failed: boolean;
}

/** The whole graph, for the first paint. */
export interface FlowFrame {
  nodes: readonly FlowNode[];
  edges: readonly FlowEdge[];
}

/** What changed in the graph since the frame before (shared/flow-delta.ts makes and applies it). Nodes and edges are named by their places. */
export interface FlowDelta {
  /** What was known before is forgotten: the first delta of a stream. */
  whole: boolean;
  /** New, or with other words; their numbers follow below. */
  nodes: [place: number, words: Omit<FlowNode, "ratePerSecond" | "waiting" | "parked" | "p99Ms">][];
  nodeNumbers: [place: number, ratePerSecond: number, waiting: number, parked: number, p99Ms: number | null][];
  nodesGone: number[];
  /** The id of an edge says its ends. */
  edges: [place: number, id: string][];
  edgeNumbers: [place: number, ratePerSecond: number, total: number, p50Ms: number | null, p99Ms: number | null, failed: 0 | 1][];
  edgesGone: number[];
  /** Real messages that moved, a sample of `moved`. */
  dots: [edge: number, sequence: number, trace: number, agoMs: number, failed: 0 | 1][];
  moved: number;
}

/** One row of the tail: an invocation that ended, an attempt that failed, or an act. */
export interface TailRow {
  sequence: number;
  atMs: number;
  address: AddressView;
  valueType: string;
  status: "completed" | "failed" | "parked" | "act";
  word: string;
  durationMs: number;
  messages: number;
  trace: number;
  attempt: number;
  /** First 120 characters of the first message's value. */
  preview: string;
}

export interface TailFrame {
  /** The text of the filter (shared/row-filter.ts) that these rows match. */
  filter: string;
  rows: TailRow[];
  /** Rows that matched and were not sent since this frame was full. */
  dropped: number;
}

/** What one stream is to carry; a browser has one stream for all its tabs. */
export interface LiveNeeds {
  flow: boolean;
  /** Filters, as text. */
  tails: string[];
  entities: AddressView[];
}

/** One frame of the live stream of a browser, about every 250 ms (1 s when idle). */
export interface LiveFrame {
  /** Counts up by one; a gap means that something was lost and everything has to be read again. */
  number: number;
  pulse: Pulse;
  flow: FlowDelta | null;
  tails: TailFrame[];
  /** What changed since the last frame, so that queries can be refetched. */
  changed: ("bindings" | "savepoints" | "failures" | "breakers")[];
  /** The watched entities whose mailbox or state moved. */
  touched: AddressView[];
  /** Per-second buckets that closed since the last frame, for the tape. */
  tape: TapeBucket[];
}

export interface TapeBucket {
  atMs: number;
  messages: number;
  /** Attempts that failed. */
  failures: number;
  /** What people did in that second. */
  marks: { kind: "savepoint" | "restore" | "module"; text: string }[];
}
