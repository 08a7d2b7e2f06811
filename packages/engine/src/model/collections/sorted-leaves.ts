/**
 * SortedLeaves: the search in a list of sorted leaves of texts, in the order of their UTF-8 bytes. The memory store and the keys of the
 * epoch log (adapters/) are such lists, and they decide what else stands in a leaf.
 */
import { compareUtf8 } from "@signalbox/runtime/model/utf8-order";

/** The last leaf whose first key is not above `key`; 0 when every first key is above it. */
export function leafIndexFor(leaves: readonly { readonly keys: readonly string[] }[], key: string): number {
  let low = 0;
  let high = leaves.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const first = leaves[middle]?.keys[0];
    if (first !== undefined && compareUtf8(first, key) <= 0) low = middle + 1;
    else high = middle;
  }
  return Math.max(low - 1, 0);
}

/** The place in the leaf where `key` stands or would be inserted. */
export function firstNotBelow(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const candidate = keys[middle];
    if (candidate !== undefined && compareUtf8(candidate, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
