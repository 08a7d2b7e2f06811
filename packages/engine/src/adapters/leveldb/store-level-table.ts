/**
 * Level table: checks one LevelDB table file block by block against the checksums in it. LevelDB does not check them when it reads: a
 * flipped bit would show as another value or as a missing key.
 */
import { readFileSync } from "node:fs";
import { crc32c, unmasked } from "./store-level-crc32c.ts";
import { Cursor } from "./store-level-manifest.ts";

const footerBytes = 48;
const trailerBytes = 5;
const restartBytes = 4;
/** The last eight bytes of every table. */
const magic = [0x8b80fb57, 0xdb477524] as const;

interface BlockHandle {
  readonly offset: number;
  readonly size: number;
}

/** What is wrong with the file, or undefined. `sizeBytes` is what the MANIFEST says. */
export function tableDefect(path: string, sizeBytes: number): string | undefined {
  try {
    // Tables have some MB, so one read is cheaper than one per block.
    const file = readFileSync(path);
    if (file.length < sizeBytes) return `it ends at byte ${file.length}, ${sizeBytes - file.length} bytes early`;
    const footer = part(file, sizeBytes - footerBytes, footerBytes);
    if (footer.readUInt32LE(40) !== magic[0] || footer.readUInt32LE(44) !== magic[1]) return "its footer is damaged";
    const ends = new Cursor(footer);
    const meta = handle(ends);
    const index = handle(ends);
    for (const data of handlesOf(contentOf(readBlock(file, index)))) readBlock(file, data);
    for (const filter of handlesOf(contentOf(readBlock(file, meta)))) readBlock(file, filter);
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}

function handle(cursor: Cursor): BlockHandle {
  return { offset: cursor.varint(), size: cursor.varint() };
}

/** The values of an index block are handles of other blocks. */
function handlesOf(block: Buffer): BlockHandle[] {
  const restarts = block.readUInt32LE(block.length - restartBytes);
  const cursor = new Cursor(block.subarray(0, block.length - restartBytes * (restarts + 1)));
  const handles: BlockHandle[] = [];
  while (!cursor.ended) {
    cursor.varint();
    const keyBytes = cursor.varint();
    const valueBytes = cursor.varint();
    cursor.take(keyBytes);
    handles.push(handle(new Cursor(cursor.take(valueBytes))));
  }
  return handles;
}

/** The block with its trailer, still compressed. */
function readBlock(file: Buffer, { offset, size }: BlockHandle): Buffer {
  const block = part(file, offset, size + trailerBytes);
  if (crc32c(block, 0, size + 1) !== unmasked(block.readUInt32LE(size + 1))) {
    throw new RangeError(`the block at byte ${offset} (${size} bytes) does not fit its checksum`);
  }
  return block;
}

function contentOf(block: Buffer): Buffer {
  const size = block.length - trailerBytes;
  const content = block.subarray(0, size);
  return block[size] === 1 ? unsnapped(content) : content;
}

function part(file: Buffer, start: number, length: number): Buffer {
  if (start < 0 || start + length > file.length) throw new RangeError(`a block is said to lie at bytes ${start} to ${start + length}`);
  return file.subarray(start, start + length);
}

/** Snappy's block format; only index blocks are decompressed, because data blocks are checked compressed. */
function unsnapped(compressed: Buffer): Buffer {
  const cursor = new Cursor(compressed);
  const plain = Buffer.allocUnsafe(cursor.varint());
  let written = 0;
  while (!cursor.ended) {
    const tag = cursor.take(1).readUInt8();
    if ((tag & 3) === 0) {
      const more = (tag >>> 2) - 59;
      const literal = cursor.take(1 + (more > 0 ? cursor.take(more).readUIntLE(0, more) : tag >>> 2));
      written += literal.copy(plain, written);
      continue;
    }
    const [length, offset] = copyOf(tag, cursor);
    // Copies byte by byte, because the source may overlap the bytes that are being written.
    for (let left = length; left > 0; left--, written++) plain[written] = plain[written - offset] ?? 0;
  }
  return plain;
}

function copyOf(tag: number, cursor: Cursor): readonly [length: number, offset: number] {
  if ((tag & 3) === 1) return [((tag >>> 2) & 7) + 4, ((tag >>> 5) << 8) | cursor.take(1).readUInt8()];
  return [(tag >>> 2) + 1, (tag & 3) === 2 ? cursor.take(2).readUInt16LE() : cursor.take(4).readUInt32LE()];
}
