/**
 * Level log: reads LevelDB's log format (its write-ahead logs and its MANIFEST) and judges what it finds. LevelDB itself silently skips
 * what does not fit its checksum and goes on with the records after it; here nothing is skipped. A defect with another record after it lies
 * in synced data, because one record is synced before the next begins. A defect at the end was torn by a kill or damaged later;
 * store-level-check.ts decides which by the durable mark.
 */
import { crc32c, unmasked } from "./store-level-crc32c.ts";

const blockBytes = 32 * 1024;
const headerBytes = 7;
const fragment = { full: 1, first: 2, middle: 3, last: 4 } as const;

interface Fragment {
  readonly type: number;
  readonly start: number;
  readonly end: number;
}

export interface LogReading {
  readonly records: readonly Buffer[];
  /** The position of the first byte that belongs to no whole record; undefined when the file ends with a record. */
  readonly tornAt: number | undefined;
  /** True when a record begins after the defect, so that the damaged bytes had been synced. */
  readonly recordBehind: boolean;
}

export function readLevelLog(bytes: Buffer): LogReading {
  const records: Buffer[] = [];
  let parts: Buffer[] = [];
  let recordStart = 0;
  let position = 0;
  for (;;) {
    position = skipTrailer(position);
    if (position >= bytes.length) {
      return { records, tornAt: parts.length > 0 ? recordStart : undefined, recordBehind: false };
    }
    const found = fragmentAt(bytes, position);
    const begins = found?.type === fragment.full || found?.type === fragment.first;
    if (found === undefined || begins !== (parts.length === 0)) {
      return { records, tornAt: position, recordBehind: begins || recordBegins(bytes, found?.end ?? position + 1) };
    }
    if (begins) recordStart = position;
    parts.push(bytes.subarray(found.start, found.end));
    if (found.type === fragment.full || found.type === fragment.last) {
      records.push(parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts));
      parts = [];
    }
    position = found.end;
  }
}

/** The last bytes of a block, too few for a header, are padding. */
function skipTrailer(position: number): number {
  const left = blockBytes - (position % blockBytes);
  return left < headerBytes ? position + left : position;
}

/** The fragment at this position, if header, length and checksum are right. */
function fragmentAt(bytes: Buffer, position: number): Fragment | undefined {
  const blockEnd = Math.min(bytes.length, position - (position % blockBytes) + blockBytes);
  if (position + headerBytes > blockEnd) return undefined;
  const type = bytes.readUInt8(position + 6);
  const start = position + headerBytes;
  const end = start + bytes.readUInt16LE(position + 4);
  if (type < fragment.full || type > fragment.last || end > blockEnd) return undefined;
  return crc32c(bytes, position + 6, end) === unmasked(bytes.readUInt32LE(position)) ? { type, start, end } : undefined;
}

/** A damaged length does not say where the next fragment is, so every position is tried; a checksum does not fit by chance. */
function recordBegins(bytes: Buffer, from: number): boolean {
  for (let position = from; position + headerBytes <= bytes.length; ) {
    const type = bytes[position + 6];
    const found = type === undefined || type < fragment.full || type > fragment.last ? undefined : fragmentAt(bytes, position);
    if (found?.type === fragment.full || found?.type === fragment.first) return true;
    position = found?.end ?? position + 1;
  }
  return false;
}
