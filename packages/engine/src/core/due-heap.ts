/**
 * DueHeap: a binary heap of what is due when. Equal times leave by their order number, so the order is total and runs repeat.
 * The core's alarms and the simulator's scheduler stand on it.
 */
export interface Due {
  readonly dueMs: number;
  readonly order: number;
}

function before(a: Due, b: Due): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}

export class DueHeap<T extends Due> {
  private readonly heap: T[] = [];

  get first(): T | undefined {
    return this.heap[0];
  }

  get size(): number {
    return this.heap.length;
  }

  add(entry: T): void {
    const { heap } = this;
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (parent === undefined || !before(entry, parent)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = entry;
  }

  pop(): T | undefined {
    const { heap } = this;
    const top = heap[0];
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) this.sink(last);
    return top;
  }

  /** Lets go of all others. Order is total, so how the heap came about does not show. */
  keep(wanted: (entry: T) => boolean): void {
    const kept = this.heap.filter(wanted);
    this.heap.length = 0;
    for (const entry of kept) this.add(entry);
  }

  private sink(entry: T): void {
    const { heap } = this;
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
      if (!before(child, entry)) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = entry;
  }
}
