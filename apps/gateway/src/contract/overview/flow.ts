/**
 * flow: the graph of what moves, what changed in it, and the rows of the tail. Neighbours: flow/ makes them, shared/flow-delta.ts applies
 * deltas.
 */
import { z } from "zod";
import { addressView, knownType } from "../shapes/address.ts";
import { entityRow } from "../entities/entity-row.ts";
import { filterInput, lookedView } from "../shapes/filter.ts";
import { nothing, query } from "../operation.ts";
import { nextCursor, page } from "../shapes/page.ts";
import { waitReasonView } from "../shapes/wait-reason.ts";

export const flowNode = z.strictObject({
  /** The id is ingress:<name>, type:<ns/name> or egress:<ns/name>. */
  id: z.string(),
  kind: z.enum(["ingress", "type", "egress"]),
  name: z.string(),
  /** The endpoint's id and breaker (for types), or the kind of an egress. */
  detail: z.string(),
  state: z.enum(["clear", "caution", "danger", "idle"]),
  stateWord: z.string(),
  ratePerSecond: z.number(),
  waiting: z.number(),
  parked: z.number(),
  /** The latency of a type's invocations; null when none ended lately, and for an ingress or egress. */
  p99Ms: z.number().nullable(),
});
export type FlowNode = z.output<typeof flowNode>;

export const flowEdge = z.strictObject({
  id: z.string(),
  from: z.string(),
  to: z.string(),
  ratePerSecond: z.number(),
  total: z.number(),
  p50Ms: z.number().nullable(),
  p99Ms: z.number().nullable(),
  failed: z.boolean(),
});
export type FlowEdge = z.output<typeof flowEdge>;

/** One real message that moved. `sequence` opens it. */
export interface FlowDot {
  edge: string;
  sequence: number;
  trace: number;
  atMs: number;
  failed: boolean;
}

/** The whole graph, for the first paint. */
const flowFrame = z.strictObject({ nodes: z.array(flowNode).readonly(), edges: z.array(flowEdge).readonly() });
export type FlowFrame = z.output<typeof flowFrame>;

const ms = z.number().nullable();
const flag = z.union([z.literal(0), z.literal(1)]);
const place = z.number();

/**
 * What changed in the graph since the frame before (shared/flow-delta.ts makes and applies it). Nodes and edges are named by their numbers.
 */
export const flowDelta = z.strictObject({
  /** True in the first delta of a stream: what was known before is forgotten. */
  whole: z.boolean(),
  /** Nodes that are new or have other texts; their numbers follow below. */
  nodes: z.array(z.tuple([place, flowNode.omit({ ratePerSecond: true, waiting: true, parked: true, p99Ms: true })])),
  /** Each is place, ratePerSecond, waiting, parked, p99Ms. */
  nodeNumbers: z.array(z.tuple([place, z.number(), z.number(), z.number(), ms])),
  nodesGone: z.array(place),
  /** Each is place and id; the id of an edge names its ends. */
  edges: z.array(z.tuple([place, z.string()])),
  /** Each is place, ratePerSecond, total, p50Ms, p99Ms, failed. */
  edgeNumbers: z.array(z.tuple([place, z.number(), z.number(), ms, ms, flag])),
  edgesGone: z.array(place),
  /** Each is edge, sequence, trace, agoMs, failed: real messages that moved, a sample of `moved`. */
  dots: z.array(z.tuple([place, z.number(), z.number(), z.number(), flag])),
  moved: z.number(),
});
export type FlowDelta = z.output<typeof flowDelta>;

/** One row of the tail: an invocation that ended, an attempt that failed, or an act. */
export const tailRow = z.strictObject({
  sequence: z.number(),
  atMs: z.number(),
  address: addressView,
  valueType: z.string(),
  status: z.enum(["completed", "failed", "parked", "act"]),
  word: z.string(),
  durationMs: z.number(),
  messages: z.number(),
  trace: z.number(),
  attempt: z.number(),
  /** The first 120 characters of the first message's value. */
  preview: z.string(),
});
export type TailRow = z.output<typeof tailRow>;

const pastRows = z.strictObject({
  rows: z.array(tailRow),
  /** Null when the journal reaches no further back. */
  cursor: nextCursor,
  looked: lookedView,
});
export type PastRows = z.output<typeof pastRows>;

/** An entity that gets most of the messages of its type, or that waits for a person. */
export const hotEntity = entityRow.extend({
  /** Messages for it a second, over about the last ten seconds. */
  perSecond: z.number(),
  /** How many of them may belong to others: ids beyond those that are counted share places (apps/gateway/src/flow/hot-ids.ts). */
  surplusPerSecond: z.number(),
  /** Null when nothing of it waits. */
  waitReason: waitReasonView.nullable(),
});
export type HotEntity = z.output<typeof hotEntity>;

const hottestView = z.strictObject({
  type: z.string(),
  /** For how long it has counted. Counting begins with the first question, so a later answer says more. */
  countedMs: z.number(),
  entities: z.array(hotEntity),
});
export type HottestView = z.output<typeof hottestView>;

export const flow = {
  graph: query({
    summary: "The graph of what moves, with the numbers that the live stream has",
    access: "read",
    scope: "namespaces",
    input: nothing,
    output: flowFrame,
    problems: [],
    http: { method: "GET", path: "/v1/flow" },
  }),
  hottest: query({
    summary: "The entities of a type that get most messages now, with what waits for each and why",
    access: "read",
    scope: { namespaceOf: "type" },
    input: z.object({ type: knownType, limit: z.number().int().min(1).max(16).default(8) }),
    output: hottestView,
    problems: [],
    http: { method: "GET", path: "/v1/flow/hottest" },
  }),
  past: query({
    summary: "What the tail shows before its first live row",
    access: "read",
    scope: "namespaces",
    input: z.object({ ...page, filter: filterInput("row").default("") }),
    output: pastRows,
    problems: ["INVALID_CURSOR", "CAPABILITY_MISSING"],
    needs: "journal",
  }),
} as const;
