/**
 * DueHeap: a binary heap of what is due at which time. Entries of equal times leave by their order number, so the order is total and runs
 * repeat.
 * Neighbours: the core's alarms and the simulator's scheduler use it.
 */
import { Heap } from "./heap.ts";

export interface Due {
  readonly dueMs: number;
  readonly order: number;
}

function before(a: Due, b: Due): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}

export class DueHeap<T extends Due> extends Heap<T> {
  constructor() {
    super(before);
  }
}
