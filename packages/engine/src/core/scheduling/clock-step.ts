/**
 * ClockStep: what a step of the wall clock (suspend, NTP, a person) means. Delayed messages, expirations and ages are moments of the wall
 * clock and stay where they are. Waits are spans: backoffs, probes, call budgets and deadlines go along with the step, so that nothing is
 * over too early and nothing hangs for the size of the step. The shell tells steps apart from time that passes
 * (runtime/processor/clock-steps.ts).
 */
import { coverageMark } from "../coverage-mark.ts";
import type { PartitionState } from "../partition-state.ts";

export function clockStepped(state: PartitionState, byMs: number): void {
  coverageMark(byMs > 0 ? "clock-stepped-forward" : "clock-stepped-back");
  state.alarms.step(byMs);
  state.routes.limits.step(byMs);
  state.breakpoints.clockStepped(byMs);
  state.watched.clockStepped(byMs);
  // Entities that failed are in the list of troubled ones until they succeed. For all others in flight the first attempt began when they were sent.
  for (const entity of new Set([...state.entities.troubled, ...state.invocations.inFlight.values()])) {
    entity.retryAtMs += byMs;
    entity.firstAttemptMs += byMs;
    entity.startedMs += byMs;
    entity.deadlineMs += byMs;
  }
  for (const endpoint of state.routes.endpoints.values()) endpoint.clockStepped(byMs);
}
