/**
 * Memory store: the Store port without a disk, for tests and the simulator. Behaves as store-level.ts does
 * (testing/store-conformance.ts runs against both): UTF-8 order, isolated values, all-or-nothing batches, snapshots.
 * A sorted list of leaves, copied on write: a snapshot shares the leaves and costs nothing until something changes.
 */
import type { ScanRange, Store, StoreReader, StoreSnapshot, StoreWrite } from "../ports/store.ts";
import { firstNotBelow, leafIndexFor } from "../model/collections/sorted-leaves.ts";
import { compareUtf8 } from "@signalbox/runtime/model/utf8-order";

/** A leaf that grows beyond this is cut in two. */
const leafEntriesMax = 256;

interface Leaf {
  /** The generation that may change this leaf in place; others copy it first. */
  readonly generation: number;
  readonly keys: string[];
  readonly values: Uint8Array[];
}

/** Sorted by key, no leaf empty. */
interface Tree {
  readonly generation: number;
  readonly leaves: Leaf[];
}

export interface MemoryStore extends Store {
  /** All rows, in order and without copies: nobody may write into the values, and a row that is unchanged is the same object each time. */
  rows(): Iterable<readonly [key: string, value: Uint8Array]>;
}

export function createMemoryStore(): MemoryStore {
  let tree: Tree = { generation: 0, leaves: [] };
  let closed = false;

  const assertOpen = (): void => {
    if (closed) throw new Error("the memory store is closed: open a new one");
  };
  /** The returned tree never changes. */
  const freeze = (): Tree => {
    assertOpen();
    const frozen = tree;
    tree = { generation: tree.generation + 1, leaves: [...tree.leaves] };
    return frozen;
  };

  return {
    ...createReader(() => (assertOpen(), tree), freeze),
    async getMany(keys) {
      assertOpen();
      const reader = createReader(
        () => tree,
        () => tree,
      );
      return keys.map((key) => reader.get(key));
    },
    async writeSynced(writes) {
      assertOpen();
      // All values are copied before the first is applied, so an invalid one leaves the store unchanged.
      const copies = writes.map((write) => ({ key: write.key, value: write.value?.slice() }));
      for (const write of copies) applyWrite(tree, write);
    },
    snapshot(): StoreSnapshot {
      const frozen = freeze();
      let open = true;
      const use = (): Tree => {
        assertOpen();
        if (!open) throw new Error("the snapshot is closed: take a new one");
        return frozen;
      };
      return {
        ...createReader(use, use),
        async close() {
          open = false;
        },
      };
    },
    *rows() {
      assertOpen();
      for (const { keys, values } of tree.leaves) {
        for (const [index, key] of keys.entries()) {
          const value = values[index];
          if (value !== undefined) yield [key, value];
        }
      }
    },
    async sizeBytes() {
      assertOpen();
      let bytes = 0;
      for (const leaf of tree.leaves) {
        for (const key of leaf.keys) bytes += Buffer.byteLength(key);
        for (const value of leaf.values) bytes += value.byteLength;
      }
      return bytes;
    },
    async close() {
      closed = true;
    },
  };
}

function createReader(current: () => Tree, freeze: () => Tree): StoreReader {
  return {
    get(key) {
      const { leaves } = current();
      const leaf = leaves[leafIndexFor(leaves, key)];
      if (leaf === undefined) return undefined;
      const index = firstNotBelow(leaf.keys, key);
      return leaf.keys[index] === key ? leaf.values[index]?.slice() : undefined;
    },
    async *scan(range) {
      for (const [leaf, index, key] of entriesOf(freeze(), range)) {
        const value = leaf.values[index];
        if (value !== undefined) yield [key, value.slice()];
      }
    },
    async *scanKeys(range) {
      for (const [, , key] of entriesOf(freeze(), range)) yield key;
    },
  };
}

function applyWrite(tree: Tree, write: StoreWrite): void {
  const { leaves, generation } = tree;
  const at = leafIndexFor(leaves, write.key);
  const found = leaves[at];
  if (found === undefined) {
    if (write.value !== undefined) leaves.push({ generation, keys: [write.key], values: [write.value] });
    return;
  }
  const index = firstNotBelow(found.keys, write.key);
  const present = found.keys[index] === write.key;
  if (!present && write.value === undefined) return;
  const leaf = found.generation === generation ? found : { generation, keys: [...found.keys], values: [...found.values] };
  leaves[at] = leaf;
  if (write.value === undefined) {
    leaf.keys.splice(index, 1);
    leaf.values.splice(index, 1);
    if (leaf.keys.length === 0) leaves.splice(at, 1);
  } else if (present) {
    leaf.values[index] = write.value;
  } else {
    leaf.keys.splice(index, 0, write.key);
    leaf.values.splice(index, 0, write.value);
    if (leaf.keys.length > leafEntriesMax) {
      const half = leafEntriesMax / 2;
      leaves.splice(at + 1, 0, { generation, keys: leaf.keys.splice(half), values: leaf.values.splice(half) });
    }
  }
}

function* entriesOf(tree: Tree, range: ScanRange): Generator<readonly [leaf: Leaf, index: number, key: string]> {
  const { leaves } = tree;
  const lower = range.gt ?? range.gte ?? "";
  const inside = (key: string): boolean =>
    compareUtf8(key, range.lt) < 0 &&
    (range.gte === undefined || compareUtf8(key, range.gte) >= 0) &&
    (range.gt === undefined || compareUtf8(key, range.gt) > 0);
  const reverse = range.reverse === true;
  const step = reverse ? -1 : 1;
  let left = range.limit ?? Number.POSITIVE_INFINITY;
  let at = leafIndexFor(leaves, reverse ? range.lt : lower);
  const first = leaves[at];
  if (first === undefined) return;
  let index = firstNotBelow(first.keys, reverse ? range.lt : lower) - (reverse ? 1 : 0);
  for (let leaf: Leaf | undefined = first; leaf !== undefined && left > 0; leaf = leaves[at]) {
    for (; index >= 0 && index < leaf.keys.length && left > 0; index += step) {
      const key = leaf.keys[index];
      if (key === undefined || (reverse ? compareUtf8(key, lower) < 0 : compareUtf8(key, range.lt) >= 0)) return;
      // Only the first key can be outside the range: the one that `gt` excludes.
      if (!inside(key)) continue;
      yield [leaf, index, key];
      left -= 1;
    }
    at += step;
    index = reverse ? (leaves[at]?.keys.length ?? 0) - 1 : 0;
  }
}
