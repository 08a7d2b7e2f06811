/**
 * HoardingStore: a store on a simulated disk that keeps what was overwritten or removed for as long as the store exists, as files do.
 * Neighbours: store-memory.ts (what is in force), erasure-world.ts (looks at all of it).
 */
import { createMemoryStore } from "../../adapters/store-memory.ts";
import type { Store } from "../../ports/store.ts";

export class Hoard {
  private readonly replaced = new Map<Store, Map<string, Uint8Array[]>>();

  /** A store of this disk. */
  create(): Store {
    const store = createMemoryStore();
    const replaced = new Map<string, Uint8Array[]>();
    const hoarding: Store = {
      ...store,
      async writeSynced(writes) {
        for (const { key } of writes) {
          const before = store.get(key);
          if (before !== undefined) replaced.set(key, [...(replaced.get(key) ?? []), before]);
        }
        await store.writeSynced(writes);
      },
    };
    this.replaced.set(hoarding, replaced);
    return hoarding;
  }

  /** Every value in the files of the stores, with its key, in force or not. */
  async *bytesOf(
    stores: readonly Store[],
  ): AsyncGenerator<{ readonly key: string; readonly bytes: Uint8Array; readonly isInForce: boolean }> {
    for (const store of stores) {
      for await (const [key, bytes] of store.scan({ gte: "", lt: "\u{10FFFF}" })) yield { key, bytes, isInForce: true };
      for (const [key, all] of this.replaced.get(store) ?? []) for (const bytes of all) yield { key, bytes, isInForce: false };
    }
  }
}
