/** Clock: engine time in milliseconds since the epoch, and one-shot alarms. Reading does not move it. Legal faults: jumps, late alarms. */
export interface Clock {
  nowMs(): number;
  /** Runs once after delayMs (clamped to what the platform can wait); the returned function cancels. */
  schedule(delayMs: number, run: () => void): () => void;
}
