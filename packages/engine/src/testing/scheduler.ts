/**
 * Scheduler: virtual time. One queue of events, ordered by due time and then by insertion; nothing else makes time pass, and reading it
 * moves nothing. After each event every promise that can go on goes on, up to a setImmediate boundary: the one real timer of a simulation.
 */
interface ScheduledEvent {
  readonly dueMs: number;
  readonly order: number;
  readonly label: string;
  /** Undefined: cancelled. */
  run: (() => void) | undefined;
}

/** Taken before the tripwire of a simulation can take it away. */
const realSetImmediate = setImmediate;

export class Scheduler {
  nowMs: number;
  /** Events delivered so far. */
  steps = 0;
  private order = 0;
  private readonly heap: ScheduledEvent[] = [];

  constructor(startMs: number) {
    this.nowMs = startMs;
  }

  /** Runs once after delayMs; the returned function cancels. */
  after(delayMs: number, label: string, run: () => void): () => void {
    const event: ScheduledEvent = { dueMs: this.nowMs + Math.max(0, Math.ceil(delayMs)), order: this.order++, label, run };
    this.push(event);
    return () => {
      event.run = undefined;
    };
  }

  wait(delayMs: number, label: string): Promise<void> {
    return new Promise((resolve) => {
      this.after(delayMs, label, resolve);
    });
  }

  /** Delivers the next event and lets all promises go on; its label, or undefined when there is none. */
  async step(): Promise<string | undefined> {
    for (let event = this.pop(); event !== undefined; event = this.pop()) {
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

  private push(event: ScheduledEvent): void {
    const { heap } = this;
    let index = heap.length;
    heap.push(event);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (parent === undefined || !before(event, parent)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = event;
  }

  private pop(): ScheduledEvent | undefined {
    const { heap } = this;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    let index = 0;
    for (;;) {
      let childIndex = index * 2 + 1;
      let child = heap[childIndex];
      if (child === undefined) break;
      const right = heap[childIndex + 1];
      if (right !== undefined && before(right, child)) {
        child = right;
        childIndex++;
      }
      if (!before(child, last)) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = last;
    return top;
  }
}

function before(a: ScheduledEvent, b: ScheduledEvent): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}

/** Microtasks run dry before an immediate runs: when this resolves, only the queue can make anything happen. */
export function drainPromises(): Promise<void> {
  return new Promise((resolve) => {
    realSetImmediate(resolve);
  });
}
