/** Graph: nodes and edges of the flow, from what the engine declares and what the traffic counted. An edge shows once it carried a message. */
import { builtInNamespaces, ifAble, type Engine, type EndpointView, type FunctionTypeView } from "@signalbox/runtime";
import type { FlowEdge, FlowNode } from "../contract/overview/flow.ts";
import { pauseOf } from "../views/pause-rows.ts";
import type { EdgeTraffic, Traffic } from "./traffic.ts";

const edgesShownMax = 500;
const failedShownSeconds = 10;

export interface GraphQuery {
  readonly engine: Pick<Engine, "functionTypes" | "endpoints" | "egresses" | "limits">;
  /** How people call what an egress is. */
  readonly egressKind: (id: string) => string;
  /** Every ingress and egress that a module declares. */
  readonly doors: readonly DoorState[];
  readonly traffic: Traffic;
  readonly spanSeconds: number;
  readonly nowMs: number;
}

/** What a declared ingress or egress is, and what keeps it from working. */
export interface DoorState {
  readonly direction: "ingress" | "egress";
  readonly id: string;
  /** How people call its kind. */
  readonly word: string;
  readonly trouble: { readonly state: "caution" | "danger"; readonly word: string } | undefined;
}

export function graphOf(query: GraphQuery): { nodes: FlowNode[]; edges: FlowEdge[] } {
  const edges = shownEdges(query.traffic).map((edge) => flowEdge(edge, query));
  const nodes = [...ingressNodes(query, edges), ...typeNodes(query), ...egressNodes(query, edges)];
  const known = new Set(nodes.map((node) => node.id));
  for (const edge of edges) {
    for (const id of [edge.from, edge.to]) {
      if (known.has(id)) continue;
      known.add(id);
      nodes.push(undeclaredNode(id, edges));
    }
  }
  return { nodes, edges };
}

/** The most recently used ones, so that a long-lived gateway with many types stays readable. */
function shownEdges(traffic: Traffic): EdgeTraffic[] {
  const carried = traffic.edges.filter((edge) => edge.rate.total > 0);
  if (carried.length <= edgesShownMax) return carried;
  return carried.toSorted((a, b) => b.lastSecond - a.lastSecond).slice(0, edgesShownMax);
}

function flowEdge(edge: EdgeTraffic, query: GraphQuery): FlowEdge {
  return {
    id: edge.id,
    from: edge.from,
    to: edge.to,
    ratePerSecond: rounded(edge.rate.perSecond(query.spanSeconds, query.nowMs)),
    total: edge.rate.total,
    p50Ms: edge.latency.percentile(50),
    p99Ms: edge.latency.percentile(99),
    failed: query.nowMs / 1000 - edge.failedSecond < failedShownSeconds,
  };
}

function typeNodes(query: GraphQuery): FlowNode[] {
  const endpoints = new Map(query.engine.endpoints().map((endpoint) => [endpoint.spec.id, endpoint]));
  const pauseOver = pauseOf(query.engine);
  return query.engine.functionTypes().map((type) => {
    const endpoint = endpoints.get(type.endpoint ?? "");
    const traffic = query.traffic.types.get(type.type);
    const rate = traffic?.in.perSecond(query.spanSeconds, query.nowMs) ?? 0;
    return {
      id: `type:${type.type}`,
      kind: "type",
      name: type.type,
      detail: isBuiltIn(type.type) ? "built in" : endpointDetail(endpoint),
      ...typeState(type, { endpoint, rate, isPaused: pauseOver(type.type) !== null }),
      ratePerSecond: rounded(rate),
      waiting: type.waitingMessages - type.parkedMessages,
      parked: type.parkedEntities,
      p99Ms: traffic?.latency.percentile(99) ?? null,
    };
  });
}

/** Whether the engine itself is the function, so that no endpoint is missing. */
function isBuiltIn(type: string): boolean {
  return builtInNamespaces.has(type.slice(0, type.indexOf("/")));
}

function endpointDetail(endpoint: EndpointView | undefined): string {
  return endpoint === undefined ? "no endpoint" : `${endpoint.spec.id} · ${endpoint.breaker}`;
}

function typeState(
  type: FunctionTypeView,
  parts: { endpoint: EndpointView | undefined; rate: number; isPaused: boolean },
): Pick<FlowNode, "state" | "stateWord"> {
  if (type.parkedEntities > 0) return { state: "danger", stateWord: `${parts.isPaused ? "paused, " : ""}${type.parkedEntities} parked` };
  if (parts.endpoint === undefined && !isBuiltIn(type.type)) return { state: "danger", stateWord: "no endpoint" };
  if (parts.isPaused) return { state: "caution", stateWord: "paused" };
  if (parts.endpoint !== undefined && parts.endpoint.breaker !== "closed") return { state: "danger", stateWord: "endpoint down" };
  if (type.backingOffEntities > 0) return { state: "caution", stateWord: `${type.backingOffEntities} retrying` };
  if (type.pausedEntities > 0) return { state: "caution", stateWord: `${type.pausedEntities} paused` };
  if (parts.rate > 0 || type.inFlight > 0) return { state: "clear", stateWord: "running" };
  // A limit or a breakpoint holds them: nothing moves, and it is not for want of work.
  return type.waitingMessages > type.parkedMessages ? { state: "caution", stateWord: "waits" } : { state: "idle", stateWord: "idle" };
}

/** The ingresses that modules declare, even before any message came in, so that one that cannot be reached is visible here. */
function ingressNodes({ doors }: GraphQuery, edges: readonly FlowEdge[]): FlowNode[] {
  return doors
    .filter(({ direction }) => direction === "ingress")
    .map(({ id: name, word, trouble }) => {
      const id = `ingress:${name}`;
      const rate = rateOutOf(id, edges);
      return {
        ...{ id, kind: "ingress", name, detail: word, ratePerSecond: rate, waiting: 0, parked: 0, p99Ms: null },
        ...doorState(trouble, rate),
      };
    });
}

function doorState(trouble: DoorState["trouble"], rate: number): Pick<FlowNode, "state" | "stateWord"> {
  if (trouble !== undefined) return { state: trouble.state, stateWord: trouble.word };
  return rate > 0 ? { state: "clear", stateWord: "running" } : { state: "idle", stateWord: "idle" };
}

function egressNodes(query: GraphQuery, edges: readonly FlowEdge[]): FlowNode[] {
  const troubles = new Map(query.doors.flatMap(({ direction, id, trouble }) => (direction === "egress" ? [[id, trouble]] : [])));
  return ifAble(() => query.engine.egresses(), []).map((egress) => {
    const id = `egress:${egress.id}`;
    const undeclared = egress.module === undefined;
    const rate = rateInto(id, edges);
    return {
      id,
      kind: "egress",
      name: egress.id,
      detail: query.egressKind(egress.id),
      ratePerSecond: rate,
      waiting: egress.waitingRecords,
      parked: 0,
      p99Ms: null,
      ...(undeclared ? ({ state: "caution", stateWord: "not declared" } as const) : doorState(troubles.get(egress.id), rate)),
    };
  });
}

function undeclaredNode(id: string, edges: readonly FlowEdge[]): FlowNode {
  const at = id.indexOf(":");
  const kind = nodeKind(id.slice(0, at));
  const rate = kind === "ingress" ? rateOutOf(id, edges) : rateInto(id, edges);
  const ofEngine = kind === "type" && isBuiltIn(id.slice(at + 1));
  const missing = kind === "type" && !ofEngine;
  return {
    id,
    kind,
    name: id.slice(at + 1),
    detail: ofEngine ? "built in" : missing ? "no endpoint" : kind,
    ratePerSecond: rate,
    waiting: 0,
    parked: 0,
    p99Ms: null,
    state: missing ? "caution" : rate > 0 ? "clear" : "idle",
    stateWord: missing ? "no endpoint" : rate > 0 ? "running" : "idle",
  };
}

function nodeKind(prefix: string): FlowNode["kind"] {
  return prefix === "ingress" ? "ingress" : prefix === "egress" ? "egress" : "type";
}

function rateOutOf(id: string, edges: readonly FlowEdge[]): number {
  return rounded(edges.filter((edge) => edge.from === id).reduce((sum, edge) => sum + edge.ratePerSecond, 0));
}

function rateInto(id: string, edges: readonly FlowEdge[]): number {
  return rounded(edges.filter((edge) => edge.to === id).reduce((sum, edge) => sum + edge.ratePerSecond, 0));
}

function rounded(rate: number): number {
  return Math.round(rate * 100) / 100;
}
