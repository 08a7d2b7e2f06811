/**
 * ClockMutants: the planted bugs of waits and of the two clocks. Neighbours: mutants.ts (all planted bugs, and how one is caught),
 * planting.ts.
 */
import { Alarms } from "../../core/tables/alarms.ts";
import { EndpointState } from "../../core/tables/endpoint-state.ts";
import { AlarmClock } from "../../runtime/processor/alarm-clock.ts";
import { ClockSteps } from "../../runtime/processor/clock-steps.ts";

import { withoutFrames, type Mutant } from "./mutant.ts";
import { replaceMethod } from "./planting.ts";

export const clockMutants: readonly Mutant[] = [
  {
    name: "one-alarm-never-looked-at-again",
    breaks: "after a step of the wall clock delayed messages and breakpoints wait for an alarm that was set by the time before it",
    seedsMax: 40,
    finding: /clocks: (delayed message \d+|breakpoint \w+) is due/,
    ports: { faultsOff: withoutFrames },
    plant: () =>
      replaceMethod(
        AlarmClock,
        "waitMs",
        () =>
          function wholeWait(untilDueMs: number) {
            return Math.max(0, untilDueMs);
          },
      ),
  },
  {
    name: "step-not-told",
    breaks: "G7: nobody tells the core that the wall clock stepped back: waits hang for its size, and end at once when it goes forward",
    seedsMax: 40,
    finding: /clocks: .* is further away than any wait|G1/,
    plant: () => replaceMethod(ClockSteps, "take", () => () => 0),
  },
  {
    name: "probe-stays-behind-a-step",
    breaks: "G7: the alarm of a probe goes along with a step and its endpoint does not know: it is never probed again",
    seedsMax: 120,
    finding: /clocks: the probe of .* is|rest|no alarm would probe it/,
    plant: () => replaceMethod(EndpointState, "clockStepped", () => () => undefined),
  },
  {
    name: "timers-go-along",
    breaks: "a delayed message is moved by a step as if it were a span and not a moment of the wall clock",
    seedsMax: 40,
    finding: /clocks: delayed message \d+ is due/,
    plant: () =>
      replaceMethod(
        Alarms,
        "step",
        () =>
          function all(this: Alarms, byMs: number) {
            const heap = Reflect.get(this, "heap") as { replace(by: (alarm: { dueMs: number }) => { dueMs: number }): void };
            heap.replace((alarm) => ({ ...alarm, dueMs: alarm.dueMs + byMs }));
          },
      ),
  },
];
