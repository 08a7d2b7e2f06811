/**
 * Layered scan: one ordered view over the rows of some layers and the store below, as they were when it began. The newest layer that knows
 * a key decides its value. When no layer has a key of the range, only the store below is read.
 */
import { compareUtf8 } from "@signalbox/runtime/model/utf8-order";
import type { ScanRange, StoreEntry, StoreReader } from "../../ports/store.ts";
import type { KeyCursor } from "./sorted-keys.ts";
import type { LayerRow, OverlayLayer } from "./overlay-layer.ts";

/** A layer as it was when `slots` writes had come. */
export interface LayerView {
  readonly layer: OverlayLayer;
  readonly slots: number;
}

/** The newest first. */
export interface LayeredView {
  readonly layers: readonly LayerView[];
  readonly below: StoreReader;
}

/** Lets other work of the thread run. */
export type GiveWay = () => Promise<void>;

/** The source of a scan. `open` must be synchronous, so that layers and store show the same moment. */
export interface Scanned {
  readonly open: () => LayeredView;
  readonly giveWay: GiveWay;
}

/**
 * Rows of layers are in memory, so reading all of them in one turn would hold the thread. At most so many (dead ones included) are read per
 * turn.
 */
const rowsATurnMax = 500;
const bytesATurnMax = 64 * 1024;

/** The row in the newest layer that knows the key. Undefined when no layer does, so that the store below must be asked. */
export function layeredRow({ layers }: Pick<LayeredView, "layers">, key: string): LayerRow | undefined {
  for (const { layer, slots } of layers) {
    const row = layer.get(key, slots);
    if (row !== undefined) return row;
  }
  return undefined;
}

export function scanLayered(scanned: Scanned, range: ScanRange): AsyncIterable<StoreEntry> {
  return merged(scanned, range, {
    below: (reader) => reader.scan(range.limit === undefined ? range : withoutLimit(range)),
    keyOf: ([key]) => key,
    bytesOf: ([, value]) => value.length,
    ofLayer: (key, layer, slot) => [key, layer.valueOf(slot)],
  });
}

export function scanKeysLayered(scanned: Scanned, range: ScanRange): AsyncIterable<string> {
  return merged(scanned, range, {
    below: (reader) => reader.scanKeys(range.limit === undefined ? range : withoutLimit(range)),
    keyOf: (key) => key,
    bytesOf: () => 0,
    ofLayer: (key) => key,
  });
}

/** Layers may remove rows of the store below, so the limit does not say how many rows must be read there. */
function withoutLimit({ limit, ...range }: ScanRange): ScanRange {
  return { ...range, few: range.few === true || (limit ?? 0) < fewRowsMax };
}

const fewRowsMax = 64;

interface RowKind<T> {
  below(reader: StoreReader): AsyncIterable<T>;
  keyOf(row: T): string;
  bytesOf(row: T): number;
  ofLayer(key: string, layer: OverlayLayer, slot: number): T;
}

interface Source {
  readonly view: LayerView;
  readonly cursor: KeyCursor;
  /** The slot of the key at which the cursor stands. */
  slot: number;
}

async function* merged<T>({ open, giveWay }: Scanned, range: ScanRange, kind: RowKind<T>): AsyncGenerator<T> {
  let left = range.limit ?? Number.POSITIVE_INFINITY;
  if (left <= 0) return;
  // All of this happens in one turn, so layers and store show the same moment.
  const { layers, below } = open();
  for (const { layer, slots } of layers) layer.beginView(slots);
  const sources = layers.map((view) => ({ view, cursor: view.layer.cursor(range), slot: 0 })).filter(skipUnseen);
  const rows = kind.below(below)[Symbol.asyncIterator]();
  const turn = new Turn();
  try {
    for (let next = await rows.next(); left > 0; ) {
      const belowKey = next.done === true ? undefined : kind.keyOf(next.value);
      const above = sources.length === 0 ? undefined : nearest(sources, range.reverse === true);
      if (belowKey === undefined && above === undefined) return;
      if (above === undefined || (belowKey !== undefined && before(belowKey, above.key, range))) {
        if (next.done !== true) yield next.value;
        left--;
        if (left > 0) next = await rows.next();
        continue;
      }
      if (belowKey === above.key) next = await rows.next();
      if (turn.isOver()) await giveWay();
      const { view, slot } = above.source;
      pass(sources, above.key);
      if (!view.layer.holds(slot)) continue;
      const row = kind.ofLayer(above.key, view.layer, slot);
      turn.bytes += kind.bytesOf(row);
      yield row;
      left--;
    }
  } finally {
    for (const { layer, slots } of layers) layer.endView(slots);
    await rows.return?.();
  }
}

/** Counts the rows that were read from layers since other work could run. */
class Turn {
  bytes = 0;
  private rows = 0;

  /** Counts one more row; returns true when it must wait for the next turn. */
  isOver(): boolean {
    this.rows++;
    if (this.rows <= rowsATurnMax && this.bytes < bytesATurnMax) return false;
    this.rows = 1;
    this.bytes = 0;
    return true;
  }
}

function before(a: string, b: string, { reverse }: ScanRange): boolean {
  const order = compareUtf8(a, b);
  return reverse === true ? order > 0 : order < 0;
}

/** The source with the nearest key; of several with the same key the first one, which is the newest. */
function nearest(sources: readonly Source[], reverse: boolean): { source: Source; key: string } | undefined {
  let found: { source: Source; key: string } | undefined;
  for (const source of sources) {
    const { key } = source.cursor;
    if (key === undefined) continue;
    if (found === undefined || (reverse ? compareUtf8(key, found.key) > 0 : compareUtf8(key, found.key) < 0)) found = { source, key };
  }
  return found;
}

function pass(sources: Source[], key: string): void {
  for (let index = sources.length - 1; index >= 0; index--) {
    const source = sources[index];
    if (source?.cursor.key !== key) continue;
    source.cursor.next();
    if (!skipUnseen(source)) sources.splice(index, 1);
  }
}

/** Moves to the next key that existed when the scan began; returns false when there is none. */
function skipUnseen(source: Source): boolean {
  const { view, cursor } = source;
  for (; cursor.key !== undefined; cursor.next()) {
    const slot = view.layer.slotOf(cursor.key, view.slots);
    if (slot === undefined) continue;
    source.slot = slot;
    return true;
  }
  return false;
}
