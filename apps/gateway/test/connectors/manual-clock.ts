/** A clock that stands until the test moves it, and a wait for what promises do meanwhile. */
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

  /** Somebody sets the clock: alarms go off as long from now as they would have. */
  set(ms: number): void {
    for (const alarm of this.#alarms) alarm.atMs += ms - this.#nowMs;
    this.#nowMs = ms;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#alarms.size;
  }

  /** To the next alarm; false: none waits. */
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
/** And some to another process, on a machine that has other things to do. */
const tookMsMax = 30_000;

/** Lets promises settle, and moves the clock when nothing else happens. Fails by itself when the condition never holds. */
export async function until(clock: ManualClock, holds: () => boolean): Promise<void> {
  const beganMs = performance.now();
  for (let turn = 0; !holds(); turn++) {
    if (turn > turnsMax && performance.now() - beganMs > tookMsMax) throw new Error("it did not come about");
    await new Promise((resolve) => setImmediate(resolve));
    if (turn % 10 === 9 && !holds()) clock.next();
  }
}

/** What is under way without the clock. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}
