/**
 * unpackBatch: unpacks the records of one batch within a bound: the size is read from the format, or counted during the unpacking, before
 * the memory is taken. Neighbour: record-batches.ts reads what comes out; kafka-library.ts has two of the codecs.
 */
import { promisify } from "node:util";
import { gunzip, zstdDecompress } from "node:zlib";
import { unpackLz4, unpackSnappy } from "./kafka-library.ts";

export type Unpacked = { readonly kind: "bytes"; readonly bytes: Uint8Array } | { readonly kind: "unreadable"; readonly reason: string };

/** Far more than producers put into a batch or a message may have. */
export const batchBytesMax = 64 * 1024 * 1024;

const ungzip = promisify(gunzip);
const unzstd = promisify(zstdDecompress);
const names = ["none", "gzip", "snappy", "lz4", "zstd"] as const;
const tooLarge: Unpacked = { kind: "unreadable", reason: `it unpacks to more than ${batchBytesMax} bytes` };

/** gzip and zstd are unpacked in Node's thread pool. */
export async function unpackBatch(codec: number, packed: Uint8Array): Promise<Unpacked> {
  const name = names[codec];
  if (name === undefined) return { kind: "unreadable", reason: `it is packed in a way that is not known here (${codec})` };
  try {
    switch (name) {
      case "none":
        return { kind: "bytes", bytes: packed };
      case "gzip":
        return { kind: "bytes", bytes: await ungzip(packed, { maxOutputLength: batchBytesMax }) };
      case "zstd":
        return { kind: "bytes", bytes: await unzstd(packed, { maxOutputLength: batchBytesMax }) };
      case "snappy":
        return snappyBytes(packed) > batchBytesMax ? tooLarge : { kind: "bytes", bytes: unpackSnappy(packed) };
      case "lz4":
        return lz4BytesMax(packed) > batchBytesMax ? tooLarge : { kind: "bytes", bytes: unpackLz4(packed) };
    }
  } catch (error) {
    if (error instanceof RangeError && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE") return tooLarge;
    return { kind: "unreadable", reason: `it cannot be unpacked as ${name}: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** The head that Java writes before its snappy blocks. */
const xerial = [0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00];
const xerialHeadBytes = 16;

/** The unpacked size: each block begins with its own. */
function snappyBytes(packed: Uint8Array): number {
  if (!xerial.every((byte, index) => packed[index] === byte)) return uvarint(packed, 0);
  const view = new DataView(packed.buffer, packed.byteOffset, packed.length);
  let bytes = 0;
  for (let at = xerialHeadBytes; at + 4 < packed.length; at += 4 + view.getUint32(at)) bytes += uvarint(packed, at + 4);
  return bytes;
}

function uvarint(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let index = 0; index < 5; index++) {
    const byte = bytes[at + index] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return value;
  }
  return Number.POSITIVE_INFINITY;
}

const lz4BlockBytes = [64 * 1024, 64 * 1024, 64 * 1024, 64 * 1024, 64 * 1024, 256 * 1024, 1024 * 1024, 4 * 1024 * 1024];
/** The most bytes that one byte of a block can stand for. */
const lz4FactorMax = 255;

/** A bound on the unpacked size: the block size of the frame, or what the bytes of a block can stand for. */
function lz4BytesMax(packed: Uint8Array): number {
  if (packed.length < 7) return 0;
  const view = new DataView(packed.buffer, packed.byteOffset, packed.length);
  const flags = view.getUint8(4);
  const blockBytes = lz4BlockBytes[(view.getUint8(5) >> 4) & 7] ?? 0;
  const checksumBytes = (flags & 0x10) === 0 ? 0 : 4;
  let bytes = 0;
  for (let at = 7 + ((flags & 0x08) === 0 ? 0 : 8) + ((flags & 0x01) === 0 ? 0 : 4); at + 4 <= packed.length; ) {
    const size = view.getUint32(at, true) & 0x7fffffff;
    if (size === 0) break;
    bytes += Math.min(blockBytes, size * lz4FactorMax);
    at += 4 + size + checksumBytes;
  }
  return bytes;
}
