/**
 * Clock: two clocks and one-shot alarms. Reading moves neither. Legal faults: steps of the wall clock (suspend, NTP, a person), by hours and in
 * both directions; late alarms. Alarms wait in steady time: who waits for a wall time looks again and again (alarmWaitMsMax).
 */
export interface Clock {
  /** Wall time, in milliseconds since 1970. */
  nowMs(): number;
  /** Never steps; from a zero of its own. For how long something takes. */
  steadyMs(): number;
  /** Runs once after delayMs (clamped to what the platform can wait); the returned function cancels. */
  schedule(delayMs: number, run: () => void): () => void;
}
