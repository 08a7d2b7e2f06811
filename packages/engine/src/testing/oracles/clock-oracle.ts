/**
 * ClockOracle: whatever the wall clock does, a delayed message fires soon after its wall time, and a wait (backoff, probe, deadline)
 * neither hangs for the size of a step nor ends late. "Soon" is counted in the scheduler's time, which never steps: the longest wait for an
 * alarm plus the time by which an alarm may be late. Neighbours: sim-clock.ts (late alarms), sim-operator.ts (steps).
 */
import type { PartitionState } from "../../core/partition-state.ts";
import { transportGraceMs } from "../../core/dispatch.ts";
import { formatAddress } from "@signalbox/runtime/model/address";
import { alarmWaitMsMax } from "../../runtime/processor/alarm-clock.ts";
import { alarmLateMsMax } from "../sim/sim-clock.ts";
import { heldWithRoom } from "./limit-oracle.ts";
import { watchedTraceMsMax } from "@signalbox/runtime/model/watched-traces";
import { must } from "../sim/trace.ts";

const soonMs = alarmWaitMsMax + alarmLateMsMax + 100;
/** One alarm sees the step, or what is due; the next one, a second later, looks for attempts that are overdue. */
const watchedMs = 2 * soonMs + 1_000;
/** A simulated Retry-After never asks for more. */
const retryAfterMsMax = 2_000;

/**
 * No alarm is set for the end of a watch, so it learns of a step of the clock only when something happens. In no world does the clock go
 * back further than this.
 */
const stepsBackMsMax = 16 * 3_600_000;

export class ClockOracle {
  /** What is late in each partition, and since when. */
  private since = new Map<PartitionState, Map<string, number>>();

  /** Called after each event; there are no partitions while the engine is down. */
  check(partitions: readonly PartitionState[], now: { readonly steadyMs: number; readonly wallMs: number }): void {
    const before = this.since;
    this.since = new Map();
    for (const state of partitions) {
      const known = before.get(state);
      const late = new Map<string, number>();
      tellLate(state, now.wallMs, (what, withinMs) => {
        const sinceMs = known?.get(what) ?? now.steadyMs;
        late.set(what, sinceMs);
        must(now.steadyMs - sinceMs <= withinMs, () => `clocks: ${what} for ${now.steadyMs - sinceMs} ms, ${withinMs} ms is the most`);
      });
      this.since.set(state, late);
    }
  }
}

type Tell = (what: string, withinMs: number) => void;

/** Every wait that is not as it should be. */
function tellLate(state: PartitionState, wallMs: number, tell: Tell): void {
  const { limits } = state;
  for (const { dueMs, sequence } of state.timers.live.values()) if (dueMs <= wallMs) tell(`delayed message ${sequence} is due`, soonMs);
  const backoffMs = Math.max(limits.backoffMaxMs, retryAfterMsMax);
  for (const { status, retryAtMs, address } of state.entities.troubled) {
    const wait = status === "backing-off" ? wrongWait(retryAtMs - wallMs, backoffMs) : undefined;
    if (wait !== undefined) tell(`the retry of ${formatAddress(address)} ${wait}`, soonMs);
  }
  const probeMs = Math.max(limits.breakerProbeMaxMs * 1.25, retryAfterMsMax);
  for (const { breaker, nextProbeMs, spec } of state.routes.endpoints.values()) {
    const wait = breaker === "open" ? wrongWait(nextProbeMs - wallMs, probeMs) : undefined;
    if (wait !== undefined) tell(`the probe of ${spec.id} ${wait}`, soonMs);
  }
  for (const { breakpoint } of state.breakpoints.all) {
    const wait = wrongWait(breakpoint.untilMs - wallMs, limits.breakpointMsMax);
    if (wait !== undefined) tell(`breakpoint ${breakpoint.spec.id} ${wait}`, soonMs);
  }
  for (const [trace, untilMs] of state.watched.all)
    if (untilMs - wallMs > watchedTraceMsMax + stepsBackMsMax) tell(`the watch of trace ${trace} is longer than any`, soonMs);
  if (state.ready.heldBy.size > 0) for (const what of heldWithRoom(state, wallMs)) tell(what, watchedMs);
  if (state.invocations.inFlight.size === 0) return;
  for (const { sentTo, deadlineMs, address, invocation } of state.invocations.inFlight.values()) {
    const wait = wrongWait(deadlineMs - wallMs, (sentTo?.spec.transport.callTimeoutMs ?? 0) + transportGraceMs);
    if (wait !== undefined) tell(`the deadline of ${formatAddress(address)} #${invocation} ${wait}`, watchedMs);
  }
}

/** Returns undefined when the wait is as it should be. */
function wrongWait(leftMs: number, mostMs: number): string | undefined {
  if (leftMs <= 0) return "is due";
  return leftMs > mostMs + 1 ? "is further away than any wait" : undefined;
}
