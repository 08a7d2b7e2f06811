/**
 * System clock: the Clock port on the machine's own time. With system-random.ts the only place that may read time, timers or randomness;
 * everything else is given them, so that the simulator can replace them.
 */
import type { Clock } from "../ports/clock.ts";

/** Timers of the platform are 32 bits wide: a longer delay would fire at once. */
const timerDelayMsMax = 2 ** 31 - 1;

/** An alarm beyond the longest timer (24.8 days) rings early; the caller checks nowMs() and sets it again. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  steadyMs: () => performance.now(),
  schedule(delayMs, run) {
    const timer = setTimeout(run, clampDelay(delayMs));
    return () => clearTimeout(timer);
  },
};

function clampDelay(delayMs: number): number {
  // Written so that NaN rings at once instead of never.
  if (!(delayMs > 0)) return 0;
  return Math.min(Math.ceil(delayMs), timerDelayMsMax);
}
