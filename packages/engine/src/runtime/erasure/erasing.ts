/**
 * Erasing: copies the stores of all partitions without the values of some entities, into files that replace the old ones in one step, as a
 * restore does. So bytes that were overwritten or removed long ago and still lie in the old files go, too. No erased value is left in
 * memory either, because the partitions are recovered from the new stores. Neighbours: erased-copy.ts (one store), embedded-engine.ts (the
 * step).
 */
import { ErasedSet } from "../../core/erasure/erased-set.ts";
import { erasedTables, fateOf } from "../../core/erasure/erase-row.ts";
import type { ErasureRecord } from "../../core/store/erasure-record.ts";
import { erasureKey, splitKey, tableRange } from "../../core/store/store-key.ts";
import { decodeRecord } from "../../core/store/store-record.ts";
import type { Address } from "@signalbox/runtime/model/address";
import { callTypes } from "@signalbox/runtime/model/call";
import { EngineError } from "@signalbox/runtime/model/engine-error";
import {
  addErasureCounts,
  noErasureCounts,
  type ErasureCounts,
  type ErasureRequest,
  type ErasureTarget,
} from "@signalbox/runtime/model/erasure";
import type { Partition } from "../../partition.ts";
import type { Store, StoreReader } from "../../ports/store.ts";
import { ErasedCopy } from "./erased-copy.ts";

const retryAfterMs = 1_000;

export function erasingNow(): EngineError {
  return new EngineError("ENGINE_RESTORING", "values are being erased", "Send again in a moment.", retryAfterMs);
}

/** The old partitions must be at rest, and there must be as many stores. */
export async function copyErased(
  old: readonly Partition[],
  stores: readonly Store[],
  { id, targets, atMs }: ErasureRequest & { readonly atMs: number },
): Promise<ErasureCounts> {
  const all = await withCalls(old, targets);
  let counts = noErasureCounts;
  for (const [index, partition] of old.entries()) {
    const store = stores[index];
    if (store === undefined) throw new Error(`there is no store for partition ${index}`);
    const snapshot = await partition.snapshot();
    try {
      const copy = new ErasedCopy(store, { id, targets: all, atMs, partitions: old.length });
      counts = addErasureCounts(counts, await copy.copy(snapshot));
    } finally {
      await snapshot.close();
    }
  }
  return counts;
}

/** What this erasure answered before, if it was the last one. All stores were put in force together, so all of them know it. */
export async function erasedBefore(partitions: readonly Partition[], id: string): Promise<ErasureCounts | undefined> {
  let counts = noErasureCounts;
  for (const partition of partitions) {
    const last = await partition.lastErasure();
    if (last?.id !== id) return undefined;
    counts = addErasureCounts(counts, last.counts);
  }
  return counts;
}

/** Adds the calls whose answers must go, too: an answer is kept in the home of the call, which may be any partition. */
export async function withCalls(partitions: readonly Partition[], targets: readonly ErasureTarget[]): Promise<ErasureTarget[]> {
  const calls = await Promise.all(partitions.map((partition) => partition.callsOf(targets)));
  return [...targets, ...calls.flat()];
}

export async function countErasable(partitions: readonly Partition[], targets: readonly ErasureTarget[]): Promise<ErasureCounts> {
  const all = await withCalls(partitions, targets);
  const counts = await Promise.all(partitions.map((partition) => partition.countErasable(all)));
  return counts.reduce(addErasureCounts, noErasureCounts);
}

export function lastErasureIn(store: StoreReader): ErasureRecord | undefined {
  const bytes = store.get(erasureKey);
  return bytes === undefined ? undefined : decodeRecord.erasure(bytes);
}

/** Counts what an erasure would remove. Writes may go on meanwhile. */
export async function countInStore(store: StoreReader, targets: readonly ErasureTarget[]): Promise<ErasureCounts> {
  const erased = new ErasedSet(targets);
  let counts = noErasureCounts;
  for (const table of erasedTables) {
    for await (const [key, bytes] of store.scan(tableRange(table))) {
      const fate = fateOf({ table, key, bytes }, erased, 0);
      if (fate.kind !== "stays") counts = addErasureCounts(counts, { ...noErasureCounts, ...fate.counts });
    }
  }
  return counts;
}

/** Calls that the entities have answered or will answer: the answer is kept under the address of the call (model/call.ts). */
export async function callsIn(store: StoreReader, targets: readonly ErasureTarget[]): Promise<ErasureTarget[]> {
  const erased = new ErasedSet(targets);
  const calls = new Map<string, ErasureTarget>();
  const add = (address: Address | undefined): void => {
    if (address !== undefined && callTypes.has(address.type)) calls.set(`${address.type}/${address.id}`, { ...address });
  };
  for await (const [key, bytes] of store.scan(tableRange("m"))) {
    const [, type = "", id = ""] = splitKey(key);
    const target = { type, id };
    const isOwn = erased.covers(target);
    if (!isOwn && !erased.mayBeIn(bytes)) continue;
    const { caller } = decodeRecord.message(bytes, target);
    if (isOwn) add(caller);
    if (caller !== undefined && erased.covers(caller)) add(target);
  }
  for await (const [, bytes] of store.scan(tableRange("j"))) {
    if (!erased.mayBeIn(bytes)) continue;
    for (const record of decodeRecord.journal(bytes)) {
      if (!erased.covers(record.address)) continue;
      for (const { caller } of record.messages) add(caller);
      for (const { target } of record.sent) add(target);
    }
  }
  return [...calls.values()];
}
