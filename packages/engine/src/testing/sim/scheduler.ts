/**
 * Scheduler: virtual time. It has one queue of events, ordered by due time and then by insertion. Nothing else makes time pass, and reading
 * it moves nothing. After each event every promise that can go on goes on, up to a setImmediate boundary, which is the only real timer of a
 * simulation.
 */
import { type Due, DueHeap } from "../../model/collections/due-heap.ts";

interface ScheduledEvent extends Due {
  readonly label: string;
  /** Undefined once it is cancelled. */
  run: (() => void) | undefined;
}

/** Saved before the tripwire of a simulation can replace it. */
const realSetImmediate = setImmediate;

export class Scheduler {
  nowMs: number;
  /** Events delivered so far. */
  steps = 0;
  private order = 0;
  private readonly heap = new DueHeap<ScheduledEvent>();

  constructor(startMs: number) {
    this.nowMs = startMs;
  }

  /** Runs once after delayMs; the returned function cancels it. */
  after(delayMs: number, label: string, run: () => void): () => void {
    const event: ScheduledEvent = { dueMs: this.nowMs + Math.max(0, Math.ceil(delayMs)), order: this.order++, label, run };
    this.heap.add(event);
    return () => {
      event.run = undefined;
    };
  }

  wait(delayMs: number, label: string): Promise<void> {
    return new Promise((resolve) => {
      this.after(delayMs, label, resolve);
    });
  }

  /** Delivers the next event and lets all promises go on; returns its label, or undefined when there is none. */
  async step(): Promise<string | undefined> {
    for (let event = this.heap.pop(); event !== undefined; event = this.heap.pop()) {
      const { run } = event;
      if (run === undefined) continue;
      event.run = undefined;
      this.nowMs = Math.max(this.nowMs, event.dueMs);
      this.steps++;
      run();
      await drainPromises();
      return event.label;
    }
    return undefined;
  }
}

/** Callers that wait for their turn, in order. */
const draining: (() => void)[] = [];
let turnsSet = 0;
/**
 * A turn of the event loop costs as much as a small event, so many immediates of one turn run one after another, each with its microtasks.
 */
const turnsAtOnce = 32;

/** The microtask queue is empty before an immediate runs, so when this resolves only the event queue can make anything happen. */
export function drainPromises(): Promise<void> {
  return new Promise((resolve) => {
    draining.push(resolve);
    if (turnsSet > 0) return;
    turnsSet = turnsAtOnce;
    for (let turn = 0; turn < turnsAtOnce; turn++) realSetImmediate(takeTurn);
  });
}

function takeTurn(): void {
  turnsSet--;
  draining.shift()?.();
  // Nothing else would run them.
  if (turnsSet > 0 || draining.length === 0) return;
  turnsSet = turnsAtOnce;
  for (let turn = 0; turn < turnsAtOnce; turn++) realSetImmediate(takeTurn);
}

/** More events than any test needs; a world that takes more runs in a circle. */
const stepsMax = 1_000_000;

/** Lets one thing after another happen until the condition holds; `step` says whether anything was left to happen. */
export async function stepUntil(reached: () => boolean, step: () => Promise<boolean>): Promise<void> {
  await drainPromises();
  for (let steps = 0; !reached(); steps++) {
    if (steps > stepsMax) throw new Error(`after ${stepsMax} events it is still not where the test waits for it`);
    if (!(await step()) && !reached()) throw new Error("nothing is left to happen, and what the test waits for has not happened");
  }
}

/** The same until a promise is settled; resolves or rejects as it does. */
export async function stepUntilSettled<T>(promise: Promise<T>, step: () => Promise<boolean>): Promise<T> {
  let settled = false;
  const end = (): void => {
    settled = true;
  };
  promise.then(end, end);
  await stepUntil(() => settled, step);
  return promise;
}
