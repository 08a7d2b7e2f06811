/**
 * ProtoWriter: protobuf fields from the last to the first, so that every length is known when it is written and nothing is copied twice.
 * Neighbour: otlp-encode.ts writes OTLP with it.
 */

const firstBytes = 64 * 1024;

export class ProtoWriter {
  #bytes = Buffer.allocUnsafeSlow(firstBytes);
  #start = firstBytes;

  /** Where the next nested message ends. */
  get mark(): number {
    return this.#bytes.length - this.#start;
  }

  /** All that was written, and an empty writer again. */
  take(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(this.#start));
    if (this.#bytes.length > 16 * firstBytes) this.#bytes = Buffer.allocUnsafeSlow(firstBytes);
    this.#start = this.#bytes.length;
    return taken;
  }

  /** Closes what was begun at the mark. */
  nested(field: number, mark: number): void {
    this.#varint(this.mark - mark);
    this.#tag(field, 2);
  }

  text(field: number, text: string): void {
    if (text === "") return;
    this.#bytesOf(field, Buffer.from(text, "utf8"));
  }

  hex(field: number, digits: string): void {
    if (digits === "") return;
    this.#bytesOf(field, Buffer.from(digits, "hex"));
  }

  /** Whole and not negative. */
  number(field: number, value: number): void {
    this.#varint(value);
    this.#tag(field, 0);
  }

  /** Milliseconds since 1970, as nanoseconds. */
  time(field: number, ms: number): void {
    this.#reserve(8);
    this.#start -= 8;
    this.#bytes.writeBigUInt64LE(BigInt(Math.max(0, Math.round(ms * 1_000))) * 1_000n, this.#start);
    this.#tag(field, 1);
  }

  double(field: number, value: number): void {
    this.#reserve(8);
    this.#start -= 8;
    this.#bytes.writeDoubleLE(value, this.#start);
    this.#tag(field, 1);
  }

  #bytesOf(field: number, bytes: Buffer): void {
    this.#reserve(bytes.length);
    this.#start -= bytes.length;
    bytes.copy(this.#bytes, this.#start);
    this.nested(field, this.mark - bytes.length);
  }

  #tag(field: number, wireType: number): void {
    this.#varint(field * 8 + wireType);
  }

  #varint(value: number): void {
    const digits: number[] = [];
    let rest = value;
    do {
      digits.push(rest % 128);
      rest = Math.floor(rest / 128);
    } while (rest > 0);
    this.#reserve(digits.length);
    for (let index = digits.length - 1; index >= 0; index--)
      this.#bytes[--this.#start] = (digits[index] ?? 0) | (index === digits.length - 1 ? 0 : 0x80);
  }

  #reserve(size: number): void {
    if (this.#start >= size) return;
    const used = this.mark;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, used + size));
    this.#bytes.copy(grown, grown.length - used, this.#start);
    this.#start = grown.length - used;
    this.#bytes = grown;
  }
}
