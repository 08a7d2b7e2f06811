/**
 * ClockOracle: whatever the wall clock does, a delayed message fires soon after its wall time, and waits (backoffs, probes, deadlines) neither hang for
 * the size of a step nor end late. Soon is counted in the scheduler's time, which never steps: the longest wait for an alarm and how late
 * one may ring. Neighbours: sim-clock.ts (late alarms), sim-operator.ts (steps).
 */
import type { PartitionState } from "../../core/partition-state.ts";
import { transportGraceMs } from "../../core/dispatch.ts";
import { formatAddress } from "../../model/address.ts";
import { alarmWaitMsMax } from "../../runtime/alarm-clock.ts";
import { alarmLateMsMax } from "../sim/sim-clock.ts";
import { heldWithRoom } from "./limit-oracle.ts";
import { watchedTraceMsMax } from "../../model/watched-traces.ts";
import { must } from "../sim/trace.ts";

const soonMs = alarmWaitMsMax + alarmLateMsMax + 100;
/** One alarm sees the step, or what is due; the next, a second later, looks for attempts that are overdue. */
const watchedMs = 2 * soonMs + 1_000;
/** A simulated Retry-After asks for no more. */
const retryAfterMsMax = 2_000;

interface Late {
  readonly what: string;
  readonly withinMs: number;
}

/** Nobody is woken for the end of a watch, so it is told of a step of the clock only when something happens. In no world does the clock go back by more. */
const stepsBackMsMax = 16 * 3_600_000;

export class ClockOracle {
  /** What is late in each partition, and since when. */
  private since = new Map<PartitionState, Map<string, number>>();

  /** After each event; no partitions while the engine is down. */
  check(partitions: readonly PartitionState[], now: { readonly steadyMs: number; readonly wallMs: number }): void {
    const before = this.since;
    this.since = new Map();
    for (const state of partitions) {
      const known = before.get(state);
      const late = new Map<string, number>();
      for (const { what, withinMs } of lateIn(state, now.wallMs)) {
        const sinceMs = known?.get(what) ?? now.steadyMs;
        late.set(what, sinceMs);
        must(now.steadyMs - sinceMs <= withinMs, () => `clocks: ${what} for ${now.steadyMs - sinceMs} ms, ${withinMs} ms is the most`);
      }
      this.since.set(state, late);
    }
  }
}

function* lateIn(state: PartitionState, wallMs: number): Generator<Late> {
  const { limits } = state;
  for (const { dueMs, sequence } of state.timers.live.values())
    if (dueMs <= wallMs) yield { what: `delayed message ${sequence} is due`, withinMs: soonMs };
  for (const entity of state.entities.troubled) {
    if (entity.status !== "backing-off") continue;
    yield* waits(`the retry of ${formatAddress(entity.address)}`, {
      leftMs: entity.retryAtMs - wallMs,
      mostMs: Math.max(limits.backoffMaxMs, retryAfterMsMax),
      withinMs: soonMs,
    });
  }
  for (const endpoint of state.routes.endpoints.values()) {
    if (endpoint.breaker !== "open") continue;
    const mostMs = Math.max(limits.breakerProbeMaxMs * 1.25, retryAfterMsMax);
    yield* waits(`the probe of ${endpoint.spec.id}`, { leftMs: endpoint.nextProbeMs - wallMs, mostMs, withinMs: soonMs });
  }
  for (const {
    breakpoint: { spec, untilMs },
  } of state.breakpoints.all)
    yield* waits(`breakpoint ${spec.id}`, { leftMs: untilMs - wallMs, mostMs: limits.breakpointMsMax, withinMs: soonMs });
  for (const [trace, untilMs] of state.watched.all)
    if (untilMs - wallMs > watchedTraceMsMax + stepsBackMsMax)
      yield { what: `the watch of trace ${trace} is longer than any`, withinMs: soonMs };
  for (const what of heldWithRoom(state, wallMs)) yield { what, withinMs: watchedMs };
  for (const entity of state.invocations.inFlight.values()) {
    const mostMs = (entity.sentTo?.spec.transport.callTimeoutMs ?? 0) + transportGraceMs;
    const leftMs = entity.deadlineMs - wallMs;
    yield* waits(`the deadline of ${formatAddress(entity.address)} #${entity.invocation}`, { leftMs, mostMs, withinMs: watchedMs });
  }
}

function* waits(what: string, at: { leftMs: number; mostMs: number; withinMs: number }): Generator<Late> {
  const { leftMs, mostMs, withinMs } = at;
  if (leftMs <= 0) yield { what: `${what} is due`, withinMs };
  else if (leftMs > mostMs + 1) yield { what: `${what} is further away than any wait`, withinMs };
}
