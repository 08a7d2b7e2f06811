/** StatusSummary: the status strip's numbers, from the engine's status and the traffic's rolling counters. */
import { ifAble, type Engine, type EngineHealth, type EngineStatus } from "@signalbox/runtime";
import { rateSeconds } from "../shared/rolling-seconds.ts";
import type { StatusSummary } from "../contract/overview/overview.ts";
import type { PauseRow } from "../contract/functions/pauses.ts";
import { breakpointRows } from "../views/breakpoint-rows.ts";
import { pauseRows } from "../views/pause-rows.ts";
import type { Traffic } from "./traffic.ts";

/** Counts of parts that are opened after the flow. */
export interface SummaryCounts {
  readonly modules: number;
  readonly savepoints: number;
  readonly heldMs?: number;
  /** Pauses that have an end. */
  readonly entityPauses?: readonly PauseRow[];
}

export interface StatusSummaryQuery extends SummaryCounts {
  readonly engine: Pick<Engine, "status" | "endpoints" | "functionTypes" | "breakpoints" | "limits">;
  readonly health: EngineHealth;
  readonly traffic: Traffic;
  readonly nowMs: number;
}

export function statusSummaryOf(query: StatusSummaryQuery): StatusSummary {
  const { engine, traffic, nowMs } = query;
  const status = { ...engine.status(), health: query.health };
  const troubledEndpoints = engine.endpoints().filter((endpoint) => endpoint.breaker !== "closed").length;
  const failuresPerSecond = rounded(traffic.failures.perSecond(rateSeconds, nowMs));
  const breakpoints = ifAble(() => breakpointRows(engine.breakpoints()), []);
  const pauses = [...pauseRows(engine), ...(query.entityPauses ?? [])];
  return {
    atMs: nowMs,
    health: status.health,
    indicator: indicatorOf(status, { troubledEndpoints, failuresPerSecond, breakpoints: breakpoints.length, pauses: pauses.length }),
    epoch: status.epoch,
    durableAgoMs: Math.max(0, nowMs - status.lastDurableMs),
    inPerSecond: rounded(traffic.admitted.perSecond(rateSeconds, nowMs)),
    invocationsPerSecond: rounded(traffic.invocations.perSecond(rateSeconds, nowMs)),
    failuresPerSecond,
    p50Ms: traffic.latency.percentile(50),
    p99Ms: traffic.latency.percentile(99),
    waiting: status.waitingMessages - status.parkedMessages,
    parkedMessages: status.parkedMessages,
    inFlight: status.inFlight,
    parked: status.parkedEntities,
    paused: status.pausedEntities,
    backingOff: status.backingOffEntities,
    delayed: status.delayedMessages,
    troubledEndpoints,
    breakpoints,
    pauses,
    functionTypes: engine.functionTypes().filter(({ answered }) => answered).length,
    modules: query.modules,
    savepoints: query.savepoints,
    heldMs: query.heldMs ?? 0,
  };
}

export function indicatorOf(
  status: Pick<EngineStatus, "parkedEntities" | "backingOffEntities" | "pausedEntities"> & { health: Pick<EngineHealth, "kind"> },
  seen: { troubledEndpoints: number; failuresPerSecond: number; breakpoints: number; pauses: number },
): StatusSummary["indicator"] {
  if (status.health.kind !== "running" && status.health.kind !== "draining") return "danger";
  if (seen.troubledEndpoints > 0) return "danger";
  // One parked entity stops no other entity (G7), so it needs a person and no alarm.
  const troubled = status.parkedEntities + status.backingOffEntities + status.pausedEntities;
  if (status.health.kind === "draining" || troubled + seen.breakpoints + seen.pauses > 0 || seen.failuresPerSecond > 0) return "caution";
  return "clear";
}

function rounded(rate: number): number {
  return Math.round(rate * 100) / 100;
}
