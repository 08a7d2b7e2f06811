/**
 * Writer: protobuf wire format into one growing byte array. A field that holds its default is left out, as proto3 does.
 * Neighbours: protocol/reply.ts writes replies with it, built-in-types.ts values.
 */
import { wireTypes, type WireType } from "./reader.ts";

const utf8 = new TextEncoder();
const firstBytes = 256;

export class Writer {
  #bytes = new Uint8Array(firstBytes);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** Writes a field even when it has its default value, as needed inside `oneof`. */
  message(number: number, write: (writer: Writer) => void): this {
    const inner = new Writer();
    write(inner);
    return this.bytes(number, inner.#bytes.subarray(0, inner.#length));
  }

  bytes(number: number, value: Uint8Array): this {
    this.#tag(number, wireTypes.bytes);
    this.#small(value.length);
    this.#room(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  text(number: number, value: string): this {
    return value === "" ? this : this.bytes(number, utf8.encode(value));
  }

  bool(number: number, value: boolean): this {
    return value ? this.varint(number, 1n) : this;
  }

  varint(number: number, value: bigint): this {
    if (value === 0n) return this;
    this.#tag(number, wireTypes.varint);
    this.#varint(BigInt.asUintN(64, value));
    return this;
  }

  /** A packed list of numbers of 32 bits that are not negative. */
  indices(number: number, values: readonly number[]): this {
    const inner = new Writer();
    for (const value of values) inner.#small(value);
    return this.bytes(number, inner.#bytes.subarray(0, inner.#length));
  }

  int32(number: number, value: number): this {
    const at = this.#fixed(number, wireTypes.fixed32);
    this.#view.setInt32(at, value, true);
    return this;
  }

  int64(number: number, value: bigint): this {
    const at = this.#fixed(number, wireTypes.fixed64);
    this.#view.setBigInt64(at, value, true);
    return this;
  }

  float(number: number, value: number): this {
    const at = this.#fixed(number, wireTypes.fixed32);
    this.#view.setFloat32(at, value, true);
    return this;
  }

  double(number: number, value: number): this {
    const at = this.#fixed(number, wireTypes.fixed64);
    this.#view.setFloat64(at, value, true);
    return this;
  }

  #fixed(number: number, wire: WireType): number {
    const length = wire === wireTypes.fixed32 ? 4 : 8;
    this.#tag(number, wire);
    this.#room(length);
    const at = this.#length;
    this.#length += length;
    return at;
  }

  #tag(number: number, wire: WireType): void {
    this.#small((number << 3) | wire);
  }

  #small(value: number): void {
    this.#room(5);
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
  }

  #varint(value: bigint): void {
    this.#room(10);
    let rest = value;
    while (rest > 0x7fn) {
      this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#bytes[this.#length++] = Number(rest);
  }

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}
