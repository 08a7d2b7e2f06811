/**
 * The binary form of a segment and of its postings (journal-segment.ts): numbers as their distance from the one before, and three bytes of
 * each hash.
 */
import { BytesReader, RecordError, type BytesWriter } from "../store/bytes-writer.ts";

/** Fixed by the format: the seven highest bits of a hash are its bucket. */
export const segmentBuckets = 128;

export interface SegmentBlock {
  readonly sequence: number;
  /** The entities that also have a row in their history, by their place in the block's order. */
  readonly named: readonly number[];
}

/** Says that a block (by its place in the segment) may tell of an entity with these bits of the hash. */
export interface Posting {
  readonly block: number;
  readonly rest: number;
}

export interface SegmentRow {
  readonly blocks: readonly SegmentBlock[];
  /** The buckets that have postings. */
  readonly buckets: readonly number[];
}

export interface JournalSegment extends SegmentRow {
  /** The sequence of its last block names it. */
  readonly last: number;
  /** In the order of `buckets`, each by block. */
  readonly postings: readonly (readonly Posting[])[];
}

export function writeSegment(writer: BytesWriter, { blocks, buckets }: SegmentRow): void {
  writer.number(blocks.length);
  let before = 0;
  for (const { sequence, named } of blocks) {
    writer.number(sequence - before);
    before = sequence;
    writeRising(writer, named);
  }
  // A segment of the usual size has postings in all buckets, so the list is left out.
  writer.byte(buckets.length === segmentBuckets ? 1 : 0);
  if (buckets.length !== segmentBuckets) writeRising(writer, buckets);
}

export function readSegment(bytes: Uint8Array): SegmentRow {
  const reader = new BytesReader(bytes);
  const blocks: SegmentBlock[] = [];
  let sequence = 0;
  for (let left = reader.number(); left > 0; left--) {
    sequence += reader.number();
    blocks.push({ sequence, named: readRising(reader) });
  }
  return { blocks, buckets: reader.byte() === 1 ? Array.from({ length: segmentBuckets }, (_, bucket) => bucket) : readRising(reader) };
}

export function writePostings(writer: BytesWriter, postings: readonly Posting[]): void {
  let before = 0;
  for (const { block, rest } of postings) {
    writer.number(block - before);
    before = block;
    for (const shift of [0, 8, 16]) writer.byte((rest >>> shift) & 0xff);
  }
}

export function readPostings(bytes: Uint8Array): Posting[] {
  const reader = new BytesReader(bytes);
  const postings: Posting[] = [];
  let block = 0;
  while (!reader.isAtEnd) {
    block += reader.number();
    const rest = reader.byte() | (reader.byte() << 8) | (reader.byte() << 16);
    postings.push({ block, rest });
  }
  return postings;
}

/**
 * The places of the blocks with these bits of a hash. Makes no object for a posting, because a history looks through a hundred thousand of
 * them.
 */
export function placesIn(postings: Uint8Array, rest: number): number[] {
  const places: number[] = [];
  let block = 0;
  for (let at = 0; at < postings.length; ) {
    let scale = 1;
    let byte = postings[at++] ?? 0;
    for (; byte >= 0x80; byte = postings[at++] ?? 0) {
      block += (byte & 0x7f) * scale;
      scale *= 0x80;
    }
    block += byte * scale;
    const high = postings[at + 2];
    if (high === undefined) throw new RecordError("record ends early");
    if (((postings[at] ?? 0) | ((postings[at + 1] ?? 0) << 8) | (high << 16)) === rest) places.push(block);
    at += 3;
  }
  return places;
}

function writeRising(writer: BytesWriter, numbers: readonly number[]): void {
  writer.number(numbers.length);
  let before = 0;
  for (const number of numbers) {
    writer.number(number - before);
    before = number;
  }
}

function readRising(reader: BytesReader): number[] {
  const numbers: number[] = [];
  let number = 0;
  for (let left = reader.number(); left > 0; left--) numbers.push((number += reader.number()));
  return numbers;
}
