/**
 * Heap: a binary heap whose first item by `before` leaves first. With a total order runs repeat, however the heap was built.
 * Neighbour: due-heap.ts (what is due at which time).
 */
export class Heap<T> {
  private readonly heap: T[] = [];
  private readonly before: (a: T, b: T) => boolean;

  constructor(before: (a: T, b: T) => boolean) {
    this.before = before;
  }

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
      if (parent === undefined || !this.before(entry, parent)) break;
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

  /** Removes all others. The order is total, so nothing depends on how the heap was built. */
  keep(wanted: (entry: T) => boolean): void {
    const kept = this.heap.filter(wanted);
    this.heap.length = 0;
    for (const entry of kept) this.add(entry);
  }

  /** Replaces each entry by another one. */
  replace(by: (entry: T) => T): void {
    const replaced = this.heap.map(by);
    this.heap.length = 0;
    for (const entry of replaced) this.add(entry);
  }

  private sink(entry: T): void {
    const { heap } = this;
    let index = 0;
    for (;;) {
      let childIndex = index * 2 + 1;
      let child = heap[childIndex];
      if (child === undefined) break;
      const right = heap[childIndex + 1];
      if (right !== undefined && this.before(right, child)) {
        child = right;
        childIndex++;
      }
      if (!this.before(child, entry)) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = entry;
  }
}
