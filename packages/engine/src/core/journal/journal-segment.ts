/**
 * JournalSegment: an inverted index over the directories of many blocks: by the hash of an entity, which blocks may tell of it. A history
 * then reads one row for each segment in place of one for each block (docs/decisions/0089). A segment is made once, from directories that
 * are durable, and is removed with its last block. Neighbours: journal-block.ts writes directories, runtime/processor/journal-indexer.ts
 * gathers them, runtime/reads/journal-reader.ts finds blocks. Guarantee: a segment finds exactly what the directories would: the bucket and
 * the kept bytes together are the whole hash.
 */
import { coverageMark } from "../coverage-mark.ts";
import type { Command } from "../command.ts";
import type { PartitionState } from "../partition-state.ts";
import { storeKey } from "../store/store-key.ts";
import { hashOfKeyPart, isNamed } from "./journal-block.ts";
import { segmentBuckets, type JournalSegment, type Posting } from "./segment-codec.ts";

const bucketShift = 25;
const restMask = 0xff_ff_ff;

/** A block and what its directory said. */
export interface DirectoryOfBlock {
  readonly sequence: number;
  readonly entries: readonly number[];
}

/** `directories` are in order of sequence. Returns undefined when there are none. */
export function segmentOf(directories: readonly DirectoryOfBlock[]): JournalSegment | undefined {
  const last = directories.at(-1)?.sequence;
  if (last === undefined) return undefined;
  const byBucket: Posting[][] = Array.from({ length: segmentBuckets }, () => []);
  const blocks = directories.map(({ sequence, entries }, block) => {
    for (const entry of entries) byBucket[entry >>> bucketShift]?.push({ block, rest: (entry >>> 1) & restMask });
    return { sequence, named: [...entries.keys()].filter((place) => isNamed(entries[place] ?? 0)) };
  });
  const buckets = [...byBucket.keys()].filter((bucket) => byBucket[bucket]?.length !== 0);
  return { last, blocks, buckets, postings: buckets.map((bucket) => byBucket[bucket] ?? []) };
}

/** Where the postings of an entity are. */
export function placeInSegments(keyPart: string): { readonly bucket: number; readonly rest: number } {
  const hash = hashOfKeyPart(keyPart);
  return { bucket: hash >>> bucketShift, rest: (hash >>> 1) & restMask };
}

/** The segment takes the place of the directories that it was made of. */
export function journalIndexed(state: PartitionState, { segment }: Extract<Command, { kind: "journal-indexed" }>): void {
  const { journal, epochs } = state;
  const first = segment.blocks[0]?.sequence ?? 0;
  // The directories were read from disk: what has happened to them since may not be durable yet.
  if (first <= journal.indexed || segment.last <= journal.trimmed) return coverageMark("journal-index-repeated");
  coverageMark("journal-indexed");
  journal.indexed = segment.last;
  for (const { sequence } of segment.blocks) epochs.writes.remove(storeKey.directory(sequence));
  const row = { kind: "segment", blocks: segment.blocks, buckets: segment.buckets } as const;
  epochs.writes.put(storeKey.segment(segment.last), row, row.blocks.length * 2);
  for (const [index, bucket] of segment.buckets.entries()) {
    const postings = segment.postings[index] ?? [];
    epochs.writes.put(storeKey.postings(bucket, segment.last), { kind: "postings", postings }, postings.length * 4);
  }
}

/** Called when the last block of the segment is trimmed. */
export function removeSegment({ epochs }: PartitionState, last: number, buckets: readonly number[]): void {
  coverageMark("journal-segment-trimmed");
  epochs.writes.remove(storeKey.segment(last));
  for (const bucket of buckets) epochs.writes.remove(storeKey.postings(bucket, last));
}
