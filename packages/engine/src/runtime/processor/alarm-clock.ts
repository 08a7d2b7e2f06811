/**
 * AlarmClock: wakes the processor when something is due. Timers of the platform run in steady time, but what is due may be a moment of the
 * wall clock, which can step. So no timer is set for longer than alarmWaitMsMax; then both clocks are read again. Neighbour:
 * clock-steps.ts.
 */
import type { Clock } from "../../ports/clock.ts";
import type { ClockSteps } from "./clock-steps.ts";

export const alarmWaitMsMax = 500;

export interface AlarmClockOptions {
  readonly clock: Clock;
  readonly steps: ClockSteps;
  readonly nextDueMs: () => number | undefined;
  /** Something is due, or the wall clock stepped. */
  readonly ring: (nowMs: number) => void;
}

export class AlarmClock {
  private readonly options: AlarmClockOptions;
  /** The wall time that the current timer was set for. */
  private setForMs: number | undefined = undefined;
  private cancel: (() => void) | undefined = undefined;

  constructor(options: AlarmClockOptions) {
    this.options = options;
  }

  /** Must be called after each change of what is due. */
  set(): void {
    const dueMs = this.options.nextDueMs();
    if (dueMs !== undefined && this.setForMs !== undefined && dueMs >= this.setForMs) return;
    this.stop();
    if (dueMs === undefined) return;
    const nowMs = this.options.clock.nowMs();
    const waitMs = this.waitMs(dueMs - nowMs);
    this.setForMs = nowMs + waitMs;
    this.cancel = this.options.clock.schedule(waitMs, () => this.look());
  }

  stop(): void {
    this.cancel?.();
    this.setForMs = undefined;
  }

  private waitMs(untilDueMs: number): number {
    return Math.min(alarmWaitMsMax, Math.max(0, untilDueMs));
  }

  private look(): void {
    const { clock, nextDueMs, ring, steps } = this.options;
    this.setForMs = undefined;
    const nowMs = clock.nowMs();
    const dueMs = nextDueMs();
    if ((dueMs !== undefined && dueMs <= nowMs) || steps.byMs !== 0) ring(nowMs);
    else this.set();
  }
}
