/**
 * Reader: the part of the protobuf wire format that the protocol needs, over one byte array.
 * Neighbours: protocol/request.ts reads requests with it, built-in-types.ts values.
 * Guarantee: never reads past the end; whatever is not protobuf throws MalformedBytes. Unknown fields are skipped.
 */
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The bytes are malformed; the error's message names what was being read. */
export class MalformedBytes extends Error {
  override readonly name = "MalformedBytes";
}

export const wireTypes = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;
export type WireType = (typeof wireTypes)[keyof typeof wireTypes];

const varintBytesMax = 10;

export class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get done(): boolean {
    return this.#position >= this.#bytes.length;
  }

  /** The next field's number and wire type. */
  field(): { readonly number: number; readonly wire: number } {
    const tag = this.#small();
    return { number: tag >>> 3, wire: tag & 7 };
  }

  varint(): bigint {
    let value = 0n;
    for (let index = 0; index < varintBytesMax; index++) {
      const byte = this.#bytes[this.#position++];
      if (byte === undefined) throw new MalformedBytes("the bytes end inside a number");
      value |= BigInt(byte & 0x7f) << BigInt(7 * index);
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new MalformedBytes("a number of more than ten bytes");
  }

  bool(): boolean {
    return this.varint() !== 0n;
  }

  /** A varint that must fit into 32 bits: a tag or a length. */
  #small(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#bytes[this.#position++];
      if (byte === undefined) throw new MalformedBytes("the bytes end inside a number");
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        if (value > 0xffff_ffff) break;
        return value;
      }
    }
    throw new MalformedBytes("a tag or a length of more than 32 bits");
  }

  /** A view into the request, not a copy. */
  bytes(): Uint8Array {
    const length = this.#small();
    const start = this.#position;
    this.#skip(length);
    return this.#bytes.subarray(start, this.#position);
  }

  text(): string {
    try {
      return utf8.decode(this.bytes());
    } catch (error) {
      if (error instanceof MalformedBytes) throw error;
      throw new MalformedBytes("a text that is not UTF-8");
    }
  }

  int32(): number {
    return this.#view.getInt32(this.#fixed(4), true);
  }

  int64(): bigint {
    return this.#view.getBigInt64(this.#fixed(8), true);
  }

  float(): number {
    return this.#view.getFloat32(this.#fixed(4), true);
  }

  double(): number {
    return this.#view.getFloat64(this.#fixed(8), true);
  }

  skip(wire: number): void {
    switch (wire) {
      case wireTypes.varint:
        this.varint();
        return;
      case wireTypes.fixed64:
        this.#skip(8);
        return;
      case wireTypes.bytes:
        this.bytes();
        return;
      case wireTypes.fixed32:
        this.#skip(4);
        return;
      default:
        throw new MalformedBytes(`wire type ${wire} is not used by protobuf 3`);
    }
  }

  #fixed(length: number): number {
    const start = this.#position;
    this.#skip(length);
    return start;
  }

  #skip(length: number): void {
    if (length > this.#bytes.length - this.#position) throw new MalformedBytes("the bytes end inside a field");
    this.#position += length;
  }
}

/** Calls `read` for each field; it returns false for those that it does not know, which are then skipped. */
export function readFields(bytes: Uint8Array, read: (number: number, reader: Reader, wire: number) => boolean): void {
  const reader = new Reader(bytes);
  while (!reader.done) {
    const { number, wire } = reader.field();
    if (number === 0) throw new MalformedBytes("field number 0");
    if (!read(number, reader, wire)) reader.skip(wire);
  }
}
