/**
 * Level log: reads LevelDB's log format (its write-ahead logs and its MANIFEST) and judges what it finds. LevelDB itself skips what does
 * not fit its checksum, silently, and goes on with the records behind it; here nothing is skipped.
 * A defect with another record behind it lies in what was synced, because one record is synced before the next begins. A defect without
 * one is a tail: torn by a kill, or damaged; store-level-check.ts tells which by the durable mark.
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
  /** Where the first byte lies that belongs to no whole record; undefined: the file ends with a record. */
  readonly tornAt: number | undefined;
  /** True: a record begins behind the defect, so what is damaged had been synced. */
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

/** A block's last bytes that cannot hold a header are filled up. */
function skipTrailer(position: number): number {
  const left = blockBytes - (position % blockBytes);
  return left < headerBytes ? position + left : position;
}

/** The fragment whose header is here, if header, length and checksum hold. */
function fragmentAt(bytes: Buffer, position: number): Fragment | undefined {
  const blockEnd = Math.min(bytes.length, position - (position % blockBytes) + blockBytes);
  if (position + headerBytes > blockEnd) return undefined;
  const type = bytes.readUInt8(position + 6);
  const start = position + headerBytes;
  const end = start + bytes.readUInt16LE(position + 4);
  if (type < fragment.full || type > fragment.last || end > blockEnd) return undefined;
  return crc32c(bytes, position + 6, end) === unmasked(bytes.readUInt32LE(position)) ? { type, start, end } : undefined;
}

/** A damaged length says nothing about where the next fragment is: every byte is tried; a checksum does not hold by chance. */
function recordBegins(bytes: Buffer, from: number): boolean {
  for (let position = from; position + headerBytes <= bytes.length; ) {
    const type = bytes[position + 6];
    const found = type === undefined || type < fragment.full || type > fragment.last ? undefined : fragmentAt(bytes, position);
    if (found?.type === fragment.full || found?.type === fragment.first) return true;
    position = found?.end ?? position + 1;
  }
  return false;
}
