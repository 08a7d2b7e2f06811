/**
 * OverlayLayer: rows that are durable in the epoch log and not yet in the store below: which frame holds the newest value of each key. It
 * only grows: each write gets a slot that points to the key's slot before it, so a reader that remembers the number of slots sees the layer
 * as it was then. Rows are numbers in typed arrays and not objects, because everything that the engine writes passes here
 * (docs/decisions/0020).
 */
import type { ScanRange, StoreWrite } from "../../ports/store.ts";
import type { FrameRow } from "./epoch-frame.ts";
import { SortedKeys, type KeyCursor, type SortedKeysOptions } from "./sorted-keys.ts";

const slotsAtFirst = 1024;
const none = -1;
/** Stands in place of a value's length. */
const removed = -1;
/** The key was first written and removed within the layer, so nothing below knows it. */
const gone = -2;
/** Gone, and no longer among the sorted keys, because no open reader ever saw it. */
const forgotten = -3;

/** An undefined value means that the key is removed. */
export type LayerRow = { readonly value: Uint8Array | undefined };

export class OverlayLayer {
  /** The bytes of all frames that have rows here. */
  bytes = 0;
  /** How many writes came; a reader remembers this number. */
  slots = 0;
  private readonly frames: Uint8Array[] = [];
  private readonly newest = new Map<string, number>();
  private readonly sorted: SortedKeys;
  /** For each open reader, how many slots there were when it began. */
  private readonly views: number[] = [];
  private frameOf = new Int32Array(slotsAtFirst);
  private offsetOf = new Int32Array(slotsAtFirst);
  private lengthOf = new Int32Array(slotsAtFirst);
  private before = new Int32Array(slotsAtFirst);
  /** Per slot; 1 when no earlier layer and no store below ever had the key. */
  private born = new Uint8Array(slotsAtFirst);

  constructor(options: SortedKeysOptions = {}) {
    this.sorted = new SortedKeys(options);
  }

  /** Opens a reader of the first `slots` writes: nothing that it may see is forgotten before it ends. */
  beginView(slots: number): void {
    this.views.push(slots);
  }

  endView(slots: number): void {
    this.views.splice(this.views.indexOf(slots), 1);
  }

  /** `offsets`: where the value of each write lies in the frame. */
  add(frame: Uint8Array, writes: readonly StoreWrite[], offsets: readonly number[]): void {
    const number = this.begin(frame);
    for (const [index, { key, value, fresh }] of writes.entries()) {
      this.put({ key, offset: offsets[index] ?? 0, length: value?.length }, { number, fresh: fresh === true });
    }
  }

  /**
   * Adds a frame that was read from a file. Its rows never count as new, because parts of later frames may be in the store below already.
   */
  addRead(frame: Uint8Array, rows: readonly FrameRow[]): void {
    const number = this.begin(frame);
    for (const row of rows) this.put(row, { number, fresh: false });
  }

  /** Undefined when the layer does not know the key. */
  get(key: string, slots = this.slots): LayerRow | undefined {
    const slot = this.visible(key, slots);
    return slot === none ? undefined : { value: this.holds(slot) ? this.valueOf(slot) : undefined };
  }

  /** The slot of the key's newest write among the first `slots`; undefined when there is none. */
  slotOf(key: string, slots: number): number | undefined {
    const slot = this.visible(key, slots);
    return slot === none ? undefined : slot;
  }

  /** Returns false when the slot's write removed the key. */
  holds(slot: number): boolean {
    return (this.lengthOf[slot] ?? removed) >= 0;
  }

  /** A copy of the value. */
  valueOf(slot: number): Uint8Array {
    const offset = this.offsetOf[slot] ?? 0;
    return this.frames[this.frameOf[slot] ?? 0]?.slice(offset, offset + (this.lengthOf[slot] ?? 0)) ?? new Uint8Array(0);
  }

  /** A cursor over all keys of the range, some of which may not be visible to the reader. */
  cursor(range: ScanRange): KeyCursor {
    const oldest = Math.min(...this.views);
    return this.sorted.cursor(range, (key) => this.forgets(key, oldest));
  }

  /** What must be written to the store below: the last value of each key, without rows that came and went here. Values are views. */
  *netWrites(): Generator<StoreWrite> {
    for (const [key, slot] of this.newest) {
      const length = this.lengthOf[slot] ?? removed;
      if (length <= gone) continue;
      const offset = this.offsetOf[slot] ?? 0;
      yield { key, value: length < 0 ? undefined : this.frames[this.frameOf[slot] ?? 0]?.subarray(offset, offset + length) };
    }
  }

  private begin(frame: Uint8Array): number {
    this.bytes += frame.length;
    // A Uint8Array and not a Buffer, because a Buffer's slice() is a view.
    return this.frames.push(new Uint8Array(frame.buffer, frame.byteOffset, frame.byteLength)) - 1;
  }

  private put({ key, offset, length }: FrameRow, { number, fresh }: { number: number; fresh: boolean }): void {
    const slot = this.slots;
    if (slot === this.lengthOf.length) this.grow();
    const before = this.newest.get(key) ?? none;
    const lengthBefore = before === none ? forgotten : (this.lengthOf[before] ?? removed);
    const born = before === none ? fresh : this.born[before] === 1;
    this.frameOf[slot] = number;
    this.offsetOf[slot] = offset;
    this.lengthOf[slot] = length ?? (born ? gone : removed);
    this.before[slot] = before;
    this.born[slot] = born ? 1 : 0;
    this.newest.set(key, slot);
    if (lengthBefore === forgotten) this.sorted.add(key);
    else if (this.lengthOf[slot] === gone && lengthBefore >= 0) this.sorted.died(key);
    this.slots++;
  }

  /** Whether the key is gone for every reader that is open or will be. */
  private forgets(key: string, oldestView: number): boolean {
    const slot = this.newest.get(key) ?? none;
    if (slot === none || slot >= oldestView || this.lengthOf[slot] !== gone) return false;
    this.lengthOf[slot] = forgotten;
    return true;
  }

  private visible(key: string, slots: number): number {
    let slot = this.newest.get(key) ?? none;
    while (slot >= slots) slot = this.before[slot] ?? none;
    return slot;
  }

  private grow(): void {
    const longer = (of: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
      const grown = new Int32Array(of.length * 2);
      grown.set(of);
      return grown;
    };
    this.frameOf = longer(this.frameOf);
    this.offsetOf = longer(this.offsetOf);
    this.lengthOf = longer(this.lengthOf);
    this.before = longer(this.before);
    const born = new Uint8Array(this.born.length * 2);
    born.set(this.born);
    this.born = born;
  }
}
