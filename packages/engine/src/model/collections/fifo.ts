/**
 * Fifo: a first-in, first-out queue with constant cost at both ends. It releases what was taken at once, even if the queue never becomes
 * empty. Otherwise whatever a taken item refers to would survive two collections of V8's young generation, which would have to copy it.
 */
const takenMax = 1024;

export class Fifo<T> {
  private items: (T | undefined)[] = [];
  private head = 0;

  push(item: T): void {
    this.items.push(item);
  }

  /** Puts an item that was just taken back to the front. */
  unshift(item: T): void {
    if (this.head > 0) this.items[--this.head] = item;
    else this.items.unshift(item);
  }

  shift(): T | undefined {
    if (this.head >= this.items.length) return undefined;
    const item = this.items[this.head];
    this.items[this.head++] = undefined;
    if (this.head === this.items.length) {
      this.items.length = 0;
      this.head = 0;
    } else if (this.head > takenMax && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return item;
  }

  get size(): number {
    return this.items.length - this.head;
  }

  *[Symbol.iterator](): Generator<T> {
    for (let index = this.head; index < this.items.length; index++) {
      const item = this.items[index];
      if (item !== undefined) yield item;
    }
  }
}
