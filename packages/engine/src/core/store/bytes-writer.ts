/**
 * BytesWriter and BytesReader: the compact binary form of store records. Many records share one chunk of memory, each as a view of it.
 * Numbers are unsigned varints up to 2^53 - 1; texts and bytes carry their length; a number can be written as its distance from another,
 * and a repeated text as the number of its first occurrence. A record that ends early throws RecordError.
 */
const textEncoder = new TextEncoder();
// A byte order mark at the start of a text belongs to the text.
const textDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const asciiInlineLengthMax = 24;
/** How many texts of one record are remembered for repetition. They are searched one after the other, so further texts are written out. */
const repeatedTextsMax = 32;

export class RecordError extends Error {}

const chunkBytes = 64 * 1024;

export class BytesWriter {
  private buffer = new Uint8Array(chunkBytes);
  /** Where the current record begins in the chunk; the bytes before it belong to other records. */
  private start = 0;
  private length = 0;
  private readonly texts: string[] = [];
  private textsCount = 0;

  byte(value: number): void {
    this.reserve(1);
    this.buffer[this.length++] = value;
  }

  number(value: number): void {
    this.reserve(10);
    let rest = value;
    while (rest >= 0x80) {
      this.buffer[this.length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.buffer[this.length++] = rest;
  }

  /** Writes a number that is mostly near another one which the reader knows; both are below 2^52. */
  near(value: number, other: number): void {
    const distance = value - other;
    this.number(distance < 0 ? -2 * distance - 1 : 2 * distance);
  }

  /** Writes a text that the same record may repeat. */
  repeatedText(value: string): void {
    for (let index = 0; index < this.textsCount; index++) if (this.texts[index] === value) return this.number(index + 1);
    this.number(0);
    this.text(value);
    if (this.textsCount < repeatedTextsMax) this.texts[this.textsCount++] = value;
  }

  /** A whole number below 2^32, the lowest byte first. */
  fourBytes(value: number): void {
    this.reserve(4);
    for (let shift = 0; shift < 32; shift += 8) this.buffer[this.length++] = (value >>> shift) & 0xff;
  }

  text(value: string): void {
    const length = value.length;
    this.reserve(length * 3 + 10);
    if (length < 0x80) {
      const start = this.length;
      this.buffer[this.length++] = length;
      let index = 0;
      for (; index < length; index++) {
        const code = value.charCodeAt(index);
        if (code >= 0x80) break;
        this.buffer[this.length++] = code;
      }
      if (index === length) return;
      this.length = start;
    }
    this.bytes(textEncoder.encode(value));
  }

  bytes(value: Uint8Array): void {
    this.number(value.length);
    this.reserve(value.length);
    this.buffer.set(value, this.length);
    this.length += value.length;
  }

  /** The bytes written since the last call; never written to again. They keep their chunk alive. */
  take(): Uint8Array {
    const taken = this.buffer.subarray(this.start, this.length);
    this.start = this.length;
    this.textsCount = 0;
    return taken;
  }

  /** As take(), but copied to memory of their own, so that they can be handed to another thread. */
  takeOwn(): Uint8Array<ArrayBuffer> {
    const own = this.buffer.slice(this.start, this.length);
    this.length = this.start;
    this.textsCount = 0;
    return own;
  }

  private reserve(count: number): void {
    if (this.length + count <= this.buffer.length) return;
    const begun = this.buffer.subarray(this.start, this.length);
    const next = new Uint8Array(Math.max(chunkBytes, (begun.length + count) * 2));
    next.set(begun);
    this.buffer = next;
    this.start = 0;
    this.length = begun.length;
  }
}

export class BytesReader {
  private readonly buffer: Uint8Array;
  private readonly values: "copies" | "views";
  private texts: string[] | undefined;
  private offset = 0;

  /** Values that are views keep the whole buffer alive, and change with it. */
  constructor(buffer: Uint8Array, values: "copies" | "views" = "copies") {
    this.buffer = buffer;
    this.values = values;
  }

  get isAtEnd(): boolean {
    return this.offset >= this.buffer.length;
  }

  byte(): number {
    const value = this.buffer[this.offset++];
    if (value === undefined) throw new RecordError("record ends early");
    return value;
  }

  number(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
  }

  near(other: number): number {
    const coded = this.number();
    return other + (coded % 2 === 0 ? coded / 2 : -(coded + 1) / 2);
  }

  repeatedText(): string {
    const texts = (this.texts ??= []);
    const known = this.number();
    const text = known === 0 ? this.text() : texts[known - 1];
    if (text === undefined) throw new RecordError("a text that was not said before");
    if (known === 0 && texts.length < repeatedTextsMax) texts.push(text);
    return text;
  }

  fourBytes(): number {
    let value = 0;
    for (let shift = 0; shift < 32; shift += 8) value |= this.byte() << shift;
    return value >>> 0;
  }

  text(): string {
    const bytes = this.view(this.number());
    if (bytes.length <= asciiInlineLengthMax) {
      let text = "";
      let index = 0;
      for (; index < bytes.length; index++) {
        const code = bytes[index] ?? 0;
        if (code >= 0x80) break;
        text += String.fromCharCode(code);
      }
      if (index === bytes.length) return text;
    }
    return textDecoder.decode(bytes);
  }

  bytes(): Uint8Array {
    const view = this.view(this.number());
    return this.values === "views" ? view : view.slice();
  }

  private view(length: number): Uint8Array {
    const end = this.offset + length;
    if (end > this.buffer.length) throw new RecordError("record ends early");
    const view = this.buffer.subarray(this.offset, end);
    this.offset = end;
    return view;
  }
}
