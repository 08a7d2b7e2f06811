/**
 * ClockSteps: detects steps of the wall clock: how much further it has moved than the steady clock since the last question. The processor
 * asks before each command and tells the core (core/scheduling/clock-step.ts), so that no command is judged by a time that stepped unseen.
 */
import type { Clock } from "../../ports/clock.ts";

/** A smaller difference is drift, rounding, or a thread that was held up between two readings. */
const clockStepMsMin = 100;

export class ClockSteps {
  private readonly clock: Clock;
  private offsetMs: number;

  constructor(clock: Clock) {
    this.clock = clock;
    this.offsetMs = clock.nowMs() - clock.steadyMs();
  }

  /** How far the wall clock has stepped since the last `take`; 0: not at all. */
  get byMs(): number {
    const byMs = Math.round(this.clock.nowMs() - this.clock.steadyMs() - this.offsetMs);
    return Math.abs(byMs) < clockStepMsMin ? 0 : byMs;
  }

  take(): number {
    const { byMs } = this;
    this.offsetMs += byMs;
    return byMs;
  }
}
