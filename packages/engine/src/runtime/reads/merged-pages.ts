/**
 * MergedPages: pages and streams of several partitions as if they were of one. Each partition gives its own in order; the merge takes the
 * next of whichever is first. Sequences of partitions rise together (core/cross-partition/outbox.ts): what followed from a message comes
 * after it.
 */
import type { JournalRecord } from "@signalbox/runtime/model/journal-record";
import { compareUtf8 } from "@signalbox/runtime/model/utf8-order";
import type { EntitySummary, EntityView, Page } from "@signalbox/runtime/model/views";
import type { RecordsQuery } from "@signalbox/runtime/model/queries";
import type { Partition } from "../../partition.ts";
import type { JournalSource } from "./journal-queries.ts";

/** In id order; each id is in one partition only. The merged page ends where the first page that has more ends, because ids behind that place are not all read yet. */
export function mergeEntities<T extends EntitySummary>(pages: readonly Page<T>[], limit: number): Page<T> {
  const [only] = pages;
  if (only !== undefined && pages.length === 1) return only;
  const all = pages.flatMap(({ items }) => items).toSorted((a, b) => compareUtf8(a.address.id, b.address.id));
  const reach = pages.flatMap(({ cursor }) => (cursor === undefined ? [] : [cursor])).toSorted(compareUtf8)[0];
  const read = reach === undefined ? all : all.filter(({ address }) => compareUtf8(address.id, reach) <= 0);
  const items = read.slice(0, limit);
  if (items.length < read.length) return { items, cursor: items.at(-1)?.address.id };
  return { items, cursor: reach };
}

/** Newest first. */
export function mergeTroubled(lists: readonly EntityView[][], limit: number): EntityView[] {
  const [only] = lists;
  if (only !== undefined && lists.length === 1) return only;
  return lists
    .flat()
    .toSorted((a, b) => (b.sinceMs ?? 0) - (a.sinceMs ?? 0))
    .slice(0, limit);
}

export function mergeRecords(partitions: readonly Partition[]): JournalSource {
  const [only] = partitions;
  if (only !== undefined && partitions.length === 1) return (query) => only.records(query);
  return (query) => merged(partitions, query);
}

async function* merged(partitions: readonly Partition[], query: RecordsQuery): AsyncGenerator<JournalRecord> {
  const upward = query.kind === "from";
  const iterators = partitions.map((partition) => partition.records(query)[Symbol.asyncIterator]());
  try {
    const heads = await Promise.all(iterators.map((iterator) => iterator.next()));
    for (;;) {
      let chosen = -1;
      let first: JournalRecord | undefined;
      for (const [index, head] of heads.entries()) {
        if (head.done === true) continue;
        if (first !== undefined && head.value.sequence > first.sequence === upward) continue;
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
