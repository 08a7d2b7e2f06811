/** RunTimes: when a schedule runs, for all ways to declare one, and by how much a run is delayed. Pure. */
import { createHash } from "node:crypto";
import { CronTimes } from "./cron-times.ts";
import type { When } from "./schedule-spec.ts";

export interface RunTimes {
  /** The first run after this moment; undefined when there is none. */
  next(afterMs: number): number | undefined;
}

export function runTimes(when: When): RunTimes {
  switch (when.kind) {
    case "cron":
      return new CronTimes(when.cron, when.timeZone);
    case "every":
      return { next: (afterMs) => (Math.floor(afterMs / when.everyMs) + 1) * when.everyMs };
    case "at":
      return { next: (afterMs) => when.atMs.find((ms) => ms > afterMs) };
  }
}

/** From 0 to below jitterMs, and always the same for the same run. */
export function jitterOf(schedule: string, dueMs: number, jitterMs: number): number {
  if (jitterMs === 0) return 0;
  const draw = createHash("sha256").update(`${schedule} ${dueMs}`).digest().readUIntBE(0, 6) / 2 ** 48;
  return Math.floor(draw * jitterMs);
}
