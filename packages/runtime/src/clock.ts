/**
 * Clock: two clocks and one-shot alarms. Reading moves neither. Legal faults: steps of the wall clock (suspend, NTP, a person), by hours
 * and in both directions; late alarms. Alarms run in steady time, so a caller that waits for a wall time must check again and again
 * (alarmWaitMsMax).
 */
export interface Clock {
  /** Wall time, in milliseconds since 1970. */
  nowMs(): number;
  /** A time that never steps, with a zero of its own, for measuring how long something takes. */
  steadyMs(): number;
  /** Runs once after delayMs (clamped to what the platform can wait); the returned function cancels. */
  schedule(delayMs: number, run: () => void): () => void;
}
