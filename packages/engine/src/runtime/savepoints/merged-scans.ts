/**
 * MergedScans: the same table of several partitions' stores as one scan in the order of the keys, so that a savepoint's file is appended to
 * (savepoint-cut.ts). A key that several stores have comes once from each.
 */
import { compareUtf8 } from "@signalbox/runtime/model/utf8-order";
import type { StoreEntry } from "../../ports/store.ts";

export async function* mergeScans(scans: readonly AsyncIterable<StoreEntry>[]): AsyncGenerator<StoreEntry> {
  const iterators = scans.map((scan) => scan[Symbol.asyncIterator]());
  try {
    const heads = await Promise.all(iterators.map((iterator) => iterator.next()));
    for (;;) {
      let chosen = -1;
      let first: StoreEntry | undefined;
      for (const [index, head] of heads.entries()) {
        if (head.done === true || (first !== undefined && compareUtf8(head.value[0], first[0]) >= 0)) continue;
        chosen = index;
        first = head.value;
      }
      const iterator = iterators[chosen];
      if (first === undefined || iterator === undefined) return;
      yield first;
      heads[chosen] = await iterator.next();
    }
  } finally {
    for (const iterator of iterators) await iterator.return?.();
  }
}
