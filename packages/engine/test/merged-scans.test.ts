/** Scans of several partitions are one in the order of the keys, and none of them stays open when the reader stops. */
import { expect, test } from "vitest";
import type { StoreEntry } from "../src/ports/store.ts";
import { mergeScans } from "../src/runtime/savepoints/merged-scans.ts";

const value = new Uint8Array(0);

test("entries come in the UTF-8 order of their keys, and a key of two stores comes twice", async () => {
  async function* scan(...keys: string[]): AsyncGenerator<StoreEntry> {
    for (const key of keys) yield [key, value];
  }
  const keys: string[] = [];
  // In the order of UTF-16 units 😀 would come before the last one.
  for await (const [key] of mergeScans([scan("a", "c", "\u{FFFD}"), scan(), scan("b", "c", "😀")])) keys.push(key);
  expect(keys).toEqual(["a", "b", "c", "c", "\u{FFFD}", "😀"]);
});

test("a reader that stops early closes every scan", async () => {
  let open = 0;
  async function* scan(): AsyncGenerator<StoreEntry> {
    open++;
    try {
      for (;;) yield ["a", value];
    } finally {
      open--;
    }
  }
  for await (const _ of mergeScans([scan(), scan()])) {
    expect(open).toBe(2);
    break;
  }
  expect(open).toBe(0);
});
