/**
 * readFetched: reads the records of one partition in a fetch's answer by the rule of read_committed, and says where to go on. A
 * transactional record counts if its transaction was committed. Control batches and compacted offsets are skipped, so that `next` moves on
 * even when there is nothing to read. No state is kept between fetches: a broker names every aborted transaction that ends at or after the
 * fetch's first offset, however early it began.
 */
import type { FetchedPartition, WireBatch } from "./kafka-wire.ts";

const transactional = 1 << 4;
const control = 1 << 5;
const abortMarker = 0;
const commitMarker = 1;

export interface ReadRecord {
  readonly offset: bigint;
  readonly timestampMs: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly (readonly [Uint8Array | null, Uint8Array | null])[];
  /** Why the whole batch of this record cannot be read; the value is then the raw batch. */
  readonly unreadable?: string | undefined;
}

export interface ReadPart {
  readonly records: readonly ReadRecord[];
  /** The offset after the last batch. */
  readonly next: bigint;
}

/** `from` may lie inside the first batch. */
export function readFetched({ batches, aborted }: Pick<FetchedPartition, "batches" | "aborted">, from: bigint): ReadPart {
  const waiting = [...aborted].sort((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1));
  const aborting = new Set<bigint>();
  const records: ReadRecord[] = [];
  let next = from;
  for (const batch of batches) {
    const last = batch.firstOffset + BigInt(batch.lastOffsetDelta);
    while (waiting[0] !== undefined && waiting[0].firstOffset <= last) aborting.add((waiting.shift() ?? { producerId: -1n }).producerId);
    if (isControl(batch)) {
      if (controlType(batch) === abortMarker) aborting.delete(batch.producerId);
    } else if (!isTransactional(batch) || !aborting.has(batch.producerId)) {
      appendFrom(batch, from, records);
    }
    if (last >= next) next = last + 1n;
  }
  return { records, next };
}

function appendFrom(batch: WireBatch, from: bigint, records: ReadRecord[]): void {
  if (batch.unreadable !== undefined) {
    const last = batch.firstOffset + BigInt(batch.lastOffsetDelta);
    const offset = batch.firstOffset < from ? from : batch.firstOffset;
    const unreadable = `the batch of the offsets ${offset} to ${last} cannot be read: ${batch.unreadable.reason}`;
    records.push({ offset, timestampMs: Number(batch.firstTimestamp), key: null, value: batch.unreadable.bytes, headers: [], unreadable });
    return;
  }
  for (const { offsetDelta, timestampDelta, key, value, headers } of batch.records) {
    const offset = batch.firstOffset + BigInt(offsetDelta);
    if (offset >= from) records.push({ offset, timestampMs: Number(batch.firstTimestamp + timestampDelta), key, value, headers });
  }
}

export function isControl({ attributes }: Pick<WireBatch, "attributes">): boolean {
  return (attributes & control) !== 0;
}

export function isTransactional({ attributes }: Pick<WireBatch, "attributes">): boolean {
  return (attributes & transactional) !== 0;
}

export function endsCommitted(batch: WireBatch): boolean {
  return controlType(batch) === commitMarker;
}

/** The key of a control record is its version and its type, 16 bits each. Only ends of transactions matter here. */
function controlType(batch: WireBatch): number | undefined {
  const key = batch.records[0]?.key;
  if (key === undefined || key === null || key.length < 4) return undefined;
  return new DataView(key.buffer, key.byteOffset).getInt16(2);
}
