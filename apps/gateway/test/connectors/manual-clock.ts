/**
 * A clock that stands still until the test moves it, and a way to wait for promises meanwhile.
 */
import type { Clock } from "@signalbox/runtime";

export class ManualClock implements Clock {
  #nowMs = 1_700_000_000_000;
  readonly #alarms = new Set<{ atMs: number; readonly run: () => void }>();

  nowMs(): number {
    return this.#nowMs;
  }

  steadyMs(): number {
    return this.#nowMs;
  }

  schedule(delayMs: number, run: () => void): () => void {
    const alarm = { atMs: this.#nowMs + delayMs, run };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  }

  /** Sets the clock as a person would: alarms go off after the same delay from now as before. */
  set(ms: number): void {
    for (const alarm of this.#alarms) alarm.atMs += ms - this.#nowMs;
    this.#nowMs = ms;
  }

  /** The number of waiting alarms. */
  get waiting(): number {
    return this.#alarms.size;
  }

  /** Moves to the next alarm; returns false when none waits. */
  next(): boolean {
    const [first] = [...this.#alarms].sort((a, b) => a.atMs - b.atMs);
    if (first === undefined) return false;
    this.#alarms.delete(first);
    this.#nowMs = Math.max(this.#nowMs, first.atMs);
    first.run();
    return true;
  }
}

/** Some kinds talk to a real socket, which takes many turns. */
const turnsMax = 500_000;
/** Other kinds talk to another process, on a machine that does other things too. */
const tookMsMax = 30_000;

/** Lets promises settle, and moves the clock when nothing else happens. Fails when the condition does not hold in time. */
export async function until(clock: ManualClock, holds: () => boolean): Promise<void> {
  const beganMs = performance.now();
  for (let turn = 0; !holds(); turn++) {
    if (turn > turnsMax && performance.now() - beganMs > tookMsMax) throw new Error("it did not come about");
    await new Promise((resolve) => setImmediate(resolve));
    if (turn % 10 === 9 && !holds()) clock.next();
  }
}

/** Waits for what is under way without the clock. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}
