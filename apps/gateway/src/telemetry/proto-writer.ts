/**
 * ProtoWriter: writes protobuf fields from the last to the first, so that every length is known when it is written and nothing is copied
 * twice.
 * Neighbour: otlp-encode.ts writes OTLP with it.
 */

const firstBytes = 64 * 1024;

export class ProtoWriter {
  #bytes = Buffer.allocUnsafeSlow(firstBytes);
  #start = firstBytes;

  /** The place where the next nested message ends; nested() takes it. */
  get mark(): number {
    return this.#bytes.length - this.#start;
  }

  /** Returns all that was written and leaves the writer empty. */
  take(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(this.#start));
    if (this.#bytes.length > 16 * firstBytes) this.#bytes = Buffer.allocUnsafeSlow(firstBytes);
    this.#start = this.#bytes.length;
    return taken;
  }

  /** Closes the message that was begun at the mark. */
  nested(field: number, mark: number): void {
    this.#varint(this.mark - mark);
    this.#tag(field, 2);
  }

  text(field: number, text: string): void {
    if (text === "") return;
    const mark = this.mark;
    this.#reserve(text.length);
    const start = this.#start - text.length;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) return this.#bytesOf(field, Buffer.from(text, "utf8"));
      this.#bytes[start + index] = code;
    }
    this.#start = start;
    this.nested(field, mark);
  }

  /** Writes bytes given as hex in lower case, two digits a byte. */
  hex(field: number, digits: string): void {
    if (digits === "") return;
    const mark = this.mark;
    this.#reserve(digits.length >> 1);
    for (let index = digits.length - 2; index >= 0; index -= 2)
      this.#bytes[--this.#start] = (hexDigit(digits, index) << 4) | hexDigit(digits, index + 1);
    this.nested(field, mark);
  }

  /** The value must be whole and not negative. */
  number(field: number, value: number): void {
    this.#varint(value);
    this.#tag(field, 0);
  }

  /** Takes milliseconds since 1970 and writes nanoseconds. */
  time(field: number, ms: number): void {
    this.#reserve(8);
    this.#start -= 8;
    // Nanoseconds do not fit a number, and a BigInt for each would be slow, so the two halves are computed separately.
    const micros = Math.max(0, Math.round(ms * 1_000));
    const low = (micros % 2 ** 32) * 1_000;
    this.#bytes.writeUInt32LE(low % 2 ** 32, this.#start);
    this.#bytes.writeUInt32LE(Math.floor(micros / 2 ** 32) * 1_000 + Math.floor(low / 2 ** 32), this.#start + 4);
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
    let bytes = 1;
    for (let left = value; left >= 128; left = Math.floor(left / 128)) bytes++;
    this.#reserve(bytes);
    this.#start -= bytes;
    let at = this.#start;
    let left = value;
    for (; left >= 128; left = Math.floor(left / 128)) this.#bytes[at++] = (left % 128) | 0x80;
    this.#bytes[at] = left;
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

function hexDigit(digits: string, index: number): number {
  const code = digits.charCodeAt(index);
  return code < 0x3a ? code - 0x30 : code - 0x57;
}
