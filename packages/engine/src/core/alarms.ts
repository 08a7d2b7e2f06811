/** Alarms: a binary heap of what is due when. Equal times leave in the order in which they were set, so that runs repeat. */
import type { DelayedMessage } from "../model/message.ts";
import type { EndpointState } from "./endpoint-state.ts";
import type { Entity } from "./entity.ts";

export type Alarm =
  | { readonly kind: "retry"; readonly dueMs: number; readonly order: number; readonly entity: Entity }
  | { readonly kind: "probe"; readonly dueMs: number; readonly order: number; readonly endpoint: EndpointState }
  | { readonly kind: "delayed"; readonly dueMs: number; readonly order: number; readonly delayed: DelayedMessage }
  | { readonly kind: "watch"; readonly dueMs: number; readonly order: number };

function before(a: Alarm, b: Alarm): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}

export class Alarms {
  private readonly heap: Alarm[] = [];

  get nextDueMs(): number | undefined {
    return this.heap[0]?.dueMs;
  }

  get size(): number {
    return this.heap.length;
  }

  add(alarm: Alarm): void {
    const heap = this.heap;
    let index = heap.length;
    heap.push(alarm);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (parent === undefined || !before(alarm, parent)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = alarm;
  }

  popDue(nowMs: number): Alarm | undefined {
    const heap = this.heap;
    const top = heap[0];
    if (top === undefined || top.dueMs > nowMs) return undefined;
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) this.sink(last);
    return top;
  }

  /** Lets go of all others. Order is total, so how the heap came about does not show. */
  keep(wanted: (alarm: Alarm) => boolean): void {
    const kept = this.heap.filter(wanted);
    this.heap.length = 0;
    for (const alarm of kept) this.add(alarm);
  }

  private sink(alarm: Alarm): void {
    const heap = this.heap;
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
      if (!before(child, alarm)) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = alarm;
  }
}
