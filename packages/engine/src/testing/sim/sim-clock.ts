/**
 * SimClock: the Clock port on the scheduler's virtual time, one for each life of the engine. It shows the port's faults: late alarms and
 * jumps of the wall clock. After the crash of its life no alarm rings any more.
 */
import type { Clock } from "../../ports/clock.ts";
import type { Faults } from "./faults.ts";
import type { Scheduler } from "./scheduler.ts";

/** The longest time by which an alarm may be late. */
export const alarmLateMsMax = 2_000;

/** How far the wall clock is from the scheduler's time; it outlives the engine's lives. */
export interface WallClock {
  offsetMs: number;
  /** The latest time that anybody may have read before a jump back. */
  latestMs: number;
  /** The furthest that it was ever ahead. */
  offsetMsMax: number;
}

export class SimClock implements Clock {
  private readonly scheduler: Scheduler;
  private readonly wall: WallClock;
  private readonly faults: Faults;
  private alive = true;

  constructor(scheduler: Scheduler, wall: WallClock, faults: Faults) {
    this.scheduler = scheduler;
    this.wall = wall;
    this.faults = faults;
  }

  nowMs(): number {
    return this.scheduler.nowMs + this.wall.offsetMs;
  }

  steadyMs(): number {
    return this.scheduler.nowMs;
  }

  schedule(delayMs: number, run: () => void): () => void {
    const late = this.faults.hit("alarmLate") ? this.faults.rng.between(1, alarmLateMsMax) : 0;
    return this.scheduler.after(delayMs + late, "alarm", () => {
      if (this.alive) run();
    });
  }

  crash(): void {
    this.alive = false;
  }
}
