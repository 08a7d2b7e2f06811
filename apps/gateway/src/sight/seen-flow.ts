/**
 * seenFlow: the live side of the gateway as it is shown to a person who sees some namespaces: the graph of what they see, its own numbers,
 * the rows of its types. What is counted only for the gateway as a whole (the timeline, what is delayed, modules, savepoints) is left out.
 * Neighbours: flow/flow.ts; sight.ts; seen-engine.ts has the types and endpoints that are counted here.
 */
import { ifAble, type Engine, type FunctionTypeView } from "@signalbox/runtime";
import { GatewayError } from "../contract/problem.ts";
import type { FlowFrame, FlowNode } from "../contract/overview/flow.ts";
import type { StatusSummary } from "../contract/overview/overview.ts";
import { compileFilter } from "../shared/filter/compile-filter.ts";
import type { Flow, FrameView } from "../flow/flow.ts";
import { indicatorOf } from "../flow/status-summary.ts";
import { breakpointRows } from "../views/breakpoint-rows.ts";
import { pauseRows } from "../views/pause-rows.ts";
import type { Sight } from "./sight.ts";

export type SeenFlow = Omit<Flow, "mark" | "changed" | "hottest">;

export function seenFlow(flow: Flow, { engine, sight }: { engine: Engine; sight: Sight }): SeenFlow {
  const graph = (): FlowFrame => seenGraph(flow.graph(), sight);
  const summary = (): StatusSummary => seenSummary(flow, { engine, graph: graph(), sight });
  const view: FrameView = { key: sight.key, summary, graph, seesEdge: (id) => seesEdge(id, sight), timeline: false };
  return {
    summary,
    graph,
    timeline: () => [],
    typeTraffic: (type) => flow.typeTraffic(type),
    typesTraffic: (types) => flow.typesTraffic(types),
    async *watch(needs, options) {
      const written = new Map(needs.tails.map((text) => [seenFilter(text, sight), text]));
      const seen = {
        flow: needs.flow,
        tails: [...written.keys()],
        entities: needs.entities.filter(({ type }) => sight.sees(type)),
      };
      for await (const { id, frame } of flow.watch(seen, { ...options, view }))
        yield { id, frame: { ...frame, tails: frame.tails.map((tail) => ({ ...tail, filter: written.get(tail.filter) ?? "" })) } };
    },
  };
}

/** Returns whether an edge is shown: the person must see each end, or it is an ingress that belongs to all. */
function seesEdge(id: string, sight: Sight): boolean {
  const [from = "", to = ""] = id.split("→");
  return seesEnd(from, sight) && seesEnd(to, sight);
}

function seesEnd(end: string, sight: Sight): boolean {
  const name = end.slice(end.indexOf(":") + 1);
  return sight.sees(name) || (end.startsWith("ingress:") && !name.includes("/"));
}

function seenGraph({ nodes, edges }: FlowFrame, sight: Sight): FlowFrame {
  const seen = edges.filter(({ from, to }) => seesEnd(from, sight) && seesEnd(to, sight));
  const rates = new Map<string, number>();
  for (const { from, ratePerSecond } of seen) rates.set(from, (rates.get(from) ?? 0) + ratePerSecond);
  return {
    edges: seen,
    nodes: nodes.filter(({ id, name }) => sight.sees(name) || rates.has(id)).map((node) => ofWhatIsSeen(node, { sight, rates })),
  };
}

/** Replaces the numbers of a place that belongs to all, because they also count the messages to others. */
function ofWhatIsSeen(node: FlowNode, { sight, rates }: { sight: Sight; rates: ReadonlyMap<string, number> }): FlowNode {
  if (sight.sees(node.name)) return node;
  const ratePerSecond = Math.round((rates.get(node.id) ?? 0) * 100) / 100;
  return { ...node, ratePerSecond, state: ratePerSecond > 0 ? "clear" : "idle", stateWord: ratePerSecond > 0 ? "running" : "idle" };
}

function seenSummary(flow: Flow, { engine, graph, sight }: { engine: Engine; graph: FlowFrame; sight: Sight }): StatusSummary {
  const whole = flow.summary();
  const types = engine.functionTypes();
  const traffic = flow.typesTraffic(types.map(({ type }) => type));
  const breakpoints = ifAble(() => breakpointRows(engine.breakpoints()), []);
  const pauses = [...pauseRows(engine), ...whole.pauses.filter(({ kind, functions }) => kind === "entity" && sight.sees(functions))];
  const sum = (count: (type: FunctionTypeView) => number): number => types.reduce((total, type) => total + count(type), 0);
  const entities = {
    parkedEntities: sum(({ parkedEntities }) => parkedEntities),
    pausedEntities: sum(({ pausedEntities }) => pausedEntities),
    backingOffEntities: sum(({ backingOffEntities }) => backingOffEntities),
  };
  const parkedMessages = sum((type) => type.parkedMessages);
  const troubledEndpoints = engine.endpoints().filter(({ breaker }) => breaker !== "closed").length;
  const troubled = {
    troubledEndpoints,
    failuresPerSecond: traffic.failuresPerSecond,
    breakpoints: breakpoints.length,
    pauses: pauses.length,
  };
  const admitted = graph.edges.reduce((rate, edge) => rate + (edge.from.startsWith("ingress:") ? edge.ratePerSecond : 0), 0);
  return {
    ...whole,
    ...traffic,
    indicator: indicatorOf({ health: whole.health, ...entities }, troubled),
    inPerSecond: Math.round(admitted * 100) / 100,
    waiting: sum(({ waitingMessages }) => waitingMessages) - parkedMessages,
    parkedMessages,
    inFlight: sum(({ inFlight }) => inFlight),
    parked: entities.parkedEntities,
    paused: entities.pausedEntities,
    backingOff: entities.backingOffEntities,
    delayed: null,
    modules: null,
    savepoints: null,
    troubledEndpoints,
    breakpoints,
    pauses,
    functionTypes: types.filter(({ answered }) => answered).length,
  };
}

/** Puts a condition on the namespaces before the filter, so that nobody learns of others by what fits. */
function seenFilter(text: string, { namespaces }: Sight): string {
  const own = namespaces.map((namespace) => `type.startsWith(${JSON.stringify(`${namespace}/`)})`).join(" || ");
  const asked = compileFilter(text, "row");
  const rest = asked.kind === "ok" && asked.filter.text !== "" ? ` && (${asked.filter.text})` : "";
  const within = namespaces.length > 1 ? `(${own})${rest}` : `${own}${rest}`;
  if (compileFilter(within, "row").kind === "ok") return within;
  throw new GatewayError("INVALID_REQUEST", {
    detail: "With the namespaces that you see before it the filter is too long.",
    where: "tails",
    cure: "Write a shorter one.",
  });
}
