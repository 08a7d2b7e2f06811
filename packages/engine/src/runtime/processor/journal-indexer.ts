/**
 * JournalIndexer: makes segments of the journal's directories once there are enough of them, a few in each round of the housekeeper, and
 * tells the trimmer which segment a block is in. It reads what is durable, and what it decides is a command.
 * Neighbours: core/journal/journal-segment.ts (what a segment is), journal-reader.ts (who reads it).
 */
import { segmentOf, type DirectoryOfBlock } from "../../core/journal/journal-segment.ts";
import type { SegmentBlock } from "../../core/journal/segment-codec.ts";
import { decodeSequence, splitKey, storeKey, tableRange } from "../../core/store/store-key.ts";
import { decodeRecord } from "../../core/store/store-record.ts";
import type { StoreReader } from "../../ports/store.ts";
import type { PartitionProcessor } from "./partition-processor.ts";

/** A segment takes some ten milliseconds, in pieces. Half a million records per round keep up with any load. */
const segmentsPerRoundMax = 16;

export async function indexJournal(processor: PartitionProcessor, segmentBlocks: number): Promise<void> {
  const { store, state, clock } = processor;
  let directories: DirectoryOfBlock[] = [];
  let made = 0;
  for await (const [key, bytes] of store.scan(tableRange("d"))) {
    directories.push({ sequence: decodeSequence(splitKey(key)[1] ?? ""), entries: decodeRecord.directory(bytes) });
    if (directories.length < segmentBlocks) continue;
    const segment = segmentOf(directories);
    directories = [];
    if (segment !== undefined) processor.submit({ kind: "journal-indexed", nowMs: clock.nowMs(), segment });
    if (++made >= segmentsPerRoundMax || state.draining) return;
  }
}

/** Whether the newest segment is not durable yet, so that the store cannot tell which blocks it covers. */
export async function segmentIsOnItsWay({ store, state }: PartitionProcessor): Promise<boolean> {
  const { indexed, trimmed } = state.journal;
  if (indexed <= trimmed) return false;
  return store.get(storeKey.segment(indexed)) === undefined;
}

interface PlaceInSegment extends SegmentBlock {
  /** It is the last one of its segment. */
  readonly isLast: boolean;
  readonly buckets: readonly number[];
}

/** Finds the segment of a block. Asked for rising sequences, it reads each segment once. */
export class SegmentsOfBlocks {
  private readonly store: StoreReader;
  private last = -1;
  private blocks = new Map<number, PlaceInSegment>();

  constructor(store: StoreReader) {
    this.store = store;
  }

  /** Undefined when the block never had a directory. */
  async of(sequence: number): Promise<PlaceInSegment | undefined> {
    if (sequence > this.last) await this.read(sequence);
    return this.blocks.get(sequence);
  }

  private async read(sequence: number): Promise<void> {
    this.blocks = new Map();
    this.last = Number.POSITIVE_INFINITY;
    for await (const [key, bytes] of this.store.scan({ gte: storeKey.segment(sequence), lt: tableRange("l").lt, limit: 1 })) {
      const last = decodeSequence(splitKey(key)[1] ?? "");
      const { blocks, buckets } = decodeRecord.segment(bytes);
      this.last = last;
      this.blocks = new Map(blocks.map((block) => [block.sequence, { ...block, isLast: block.sequence === last, buckets }]));
    }
  }
}
