/**
 * readBatches: reads the batches of one partition in a fetch within bounds: a few kilobytes may unpack to gigabytes, and a usual packed
 * batch holds more records than a thread should read in one turn. What does not fit into the room of an answer is left for the next fetch,
 * also within a batch. Neighbour: unpack-batch.ts unpacks one. Guarantee: for any bytes it ends, holds the thread for only some
 * milliseconds per turn, and reports what it cannot read.
 */
import { nextTurn } from "../next-turn.ts";
import type { WireBatch, WireRecord } from "./kafka-wire.ts";
import { unpackBatch } from "./unpack-batch.ts";

/** How much one answer may unpack to, shared by its partitions; the batch or record that exceeds it is the last one. */
export interface AnswerRoom {
  bytesLeft: number;
  recordsLeft: number;
}

export interface ReadBatches {
  readonly batches: readonly WireBatch[];
  /** True when the bytes are no batches, so that nobody can tell where the next one begins. */
  readonly corrupt: boolean;
}

const unpackedBytesMax = 32 * 1024 * 1024;
const recordsMax = 20_000;
const recordsPerTurn = 2_000;
/** More headers than a message may keep; further ones of a record are skipped. */
const headersMax = 1_000;

/** The bytes before the length, and with it. */
const lengthAt = 8;
const lengthEnd = 12;
const magicAt = 16;
const recordsCountAt = 57;
const headBytes = 61;
const magicSpoken = 2;
const compressionBits = 7;
const control = 1 << 5;

export function answerRoom(): AnswerRoom {
  return { bytesLeft: unpackedBytesMax, recordsLeft: recordsMax };
}

/** `from`: records before this offset are left out. */
export async function readBatches(bytes: Uint8Array, from: bigint, room: AnswerRoom): Promise<ReadBatches> {
  const batches: WireBatch[] = [];
  const view = viewOf(bytes);
  for (let at = 0; bytes.length - at >= lengthEnd && hasRoom(room); ) {
    const length = view.getInt32(at + lengthAt);
    if (length < magicAt + 1 - lengthEnd) return { batches, corrupt: true };
    const end = at + lengthEnd + length;
    // A broker always sends the first batch completely. If it is cut, its length is wrong.
    if (end > bytes.length) return { batches, corrupt: at === 0 };
    const batch = await readBatch(bytes.subarray(at, end), from, room);
    if (batch === "corrupt") return { batches, corrupt: true };
    if (batch !== undefined) batches.push(batch);
    at = end;
  }
  return { batches, corrupt: false };
}

function hasRoom({ bytesLeft, recordsLeft }: AnswerRoom): boolean {
  return bytesLeft > 0 && recordsLeft > 0;
}

/** Undefined when the whole batch lies before `from`. */
async function readBatch(bytes: Uint8Array, from: bigint, room: AnswerRoom): Promise<WireBatch | "corrupt" | undefined> {
  const view = viewOf(bytes);
  const firstOffset = view.getBigInt64(0);
  const magic = view.getInt8(magicAt);
  if (magic !== magicSpoken || bytes.length < headBytes) {
    if (firstOffset < from) return undefined;
    const reason = magic === magicSpoken ? "its head is cut" : `it is of the format ${magic}, of which Kafka 0.11 made ${magicSpoken}`;
    return { ...headless, firstOffset, unreadable: { reason, bytes } };
  }
  const head = {
    firstOffset,
    attributes: view.getInt16(21),
    lastOffsetDelta: view.getInt32(23),
    firstTimestamp: view.getBigInt64(27),
    producerId: view.getBigInt64(43),
    producerEpoch: view.getInt16(51),
  };
  if (head.lastOffsetDelta < 0) return "corrupt";
  if (firstOffset + BigInt(head.lastOffsetDelta) < from) return undefined;
  const packed = bytes.subarray(headBytes);
  const unpacked = await unpackBatch(head.attributes & compressionBits, packed);
  if (unpacked.kind === "unreadable") return { ...head, records: [], unreadable: { reason: unpacked.reason, bytes: packed } };
  room.bytesLeft -= unpacked.bytes.length;
  try {
    return { ...head, ...(await readRecords(unpacked.bytes, { ...head, count: view.getInt32(recordsCountAt), from }, room)) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { ...head, records: [], unreadable: { reason: "its records are cut or broken", bytes: packed } };
  }
}

const headless = { attributes: 0, lastOffsetDelta: 0, firstTimestamp: 0n, producerId: -1n, producerEpoch: -1, records: [] };

interface Wanted {
  readonly count: number;
  readonly from: bigint;
  readonly firstOffset: bigint;
  readonly lastOffsetDelta: number;
  readonly attributes: number;
}

async function readRecords(
  bytes: Uint8Array,
  { count, from, firstOffset, lastOffsetDelta, attributes }: Wanted,
  room: AnswerRoom,
): Promise<{ readonly records: readonly WireRecord[]; readonly lastOffsetDelta: number }> {
  const records: WireRecord[] = [];
  const cursor = new Cursor(bytes);
  const isControl = (attributes & control) !== 0;
  for (let read = 0; read < count; read++) {
    if (read % recordsPerTurn === recordsPerTurn - 1) await nextTurn();
    const last = records.at(-1);
    if (room.recordsLeft <= 0 && last !== undefined) return { records, lastOffsetDelta: last.offsetDelta };
    const record = cursor.record();
    if (!isControl && firstOffset + BigInt(record.offsetDelta) < from) continue;
    records.push(record);
    room.recordsLeft--;
  }
  return { records, lastOffsetDelta };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Throws a RangeError when the bytes end too early or a length is invalid. */
class Cursor {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  record(): WireRecord {
    const length = this.#varint();
    const end = this.#at + length;
    if (length < 0 || end > this.#bytes.length) throw new RangeError("a record is cut");
    this.#at++;
    const timestampDelta = this.#varint64();
    const offsetDelta = this.#varint();
    const key = this.#data();
    const value = this.#data();
    const headers: (readonly [Uint8Array | null, Uint8Array | null])[] = [];
    const count = this.#varint();
    if (count < 0) throw new RangeError("a record has less than no headers");
    while (headers.length < Math.min(count, headersMax)) headers.push([this.#data(), this.#data()]);
    if (this.#at > end) throw new RangeError("a record is longer than it says");
    this.#at = end;
    return { timestampDelta, offsetDelta, key, value, headers };
  }

  /** Null when the length is below 0. */
  #data(): Uint8Array | null {
    const length = this.#varint();
    if (length < 0) return null;
    const from = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new RangeError("data are cut");
    return this.#bytes.subarray(from, this.#at);
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new RangeError("the bytes end");
    return byte;
  }

  /** Zigzag, 32 bits. */
  #varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (value >>> 1) ^ -(value & 1);
    }
    throw new RangeError("a number is too long");
  }

  /** Zigzag, 64 bits. Short numbers, which are nearly all, need a bigint only at the end. */
  #varint64(): bigint {
    const from = this.#at;
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt((value >>> 1) ^ -(value & 1));
    }
    this.#at = from;
    let long = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      long |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, (long >> 1n) ^ -(long & 1n));
    }
    throw new RangeError("a number is too long");
  }
}
