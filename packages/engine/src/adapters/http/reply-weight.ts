/**
 * replyWeightOf: estimates how much memory a reply's effects take once decoded, without decoding them. A field of two bytes becomes objects
 * of some hundred bytes, so the size of the reply would be no bound. Neighbours: reply-call.ts asks before it decodes what is not small;
 * wire-decode.ts decodes. Bytes that are no FromFunction weigh little here, because decoding stops at them.
 */
const bytesPerEffect = 400;

/** The effects and missing values that FromFunction's one or two fields (100, 101) list. */
export function replyWeightOf(bytes: Uint8Array): number {
  let effects = 0;
  const outer = new Fields(bytes, 0, bytes.length);
  while (outer.next()) {
    if (outer.contentEnd < 0) continue;
    const inner = new Fields(bytes, outer.contentFrom, outer.contentEnd);
    while (inner.next()) if (inner.contentEnd >= 0) effects++;
  }
  return effects * bytesPerEffect;
}

/** True when the bytes are exactly one field with a length: how every SDK writes a FromFunction, and no cut of one is. */
export function isOneField(bytes: Uint8Array): boolean {
  const fields = new Fields(bytes, 0, bytes.length);
  return fields.next() && fields.contentEnd === bytes.length && fields.contentFrom > 0;
}

/** Walks over protobuf fields without decoding them; ends at bytes that are no field. */
class Fields {
  contentFrom = 0;
  /** -1 for a number, which has no content. */
  contentEnd = -1;
  readonly #bytes: Uint8Array;
  #at: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, from: number, end: number) {
    this.#bytes = bytes;
    this.#at = from;
    this.#end = end;
  }

  next(): boolean {
    if (this.#at >= this.#end) return false;
    const tag = this.#varint();
    this.contentEnd = -1;
    switch (tag & 7) {
      case 0:
        return this.#varint() >= 0;
      case 1:
        return this.#skip(8);
      case 5:
        return this.#skip(4);
      case 2: {
        const length = this.#varint();
        this.contentFrom = this.#at;
        this.contentEnd = this.#at + length;
        return length >= 0 && this.#skip(length);
      }
      default:
        return false;
    }
  }

  #skip(length: number): boolean {
    this.#at += length;
    return this.#at <= this.#end;
  }

  /** Reads a varint; its low 32 bits are enough for tags and lengths. -1 when there is none. */
  #varint(): number {
    let value = 0;
    for (let shift = 0; shift < 70 && this.#at < this.#end; shift += 7) {
      const byte = this.#bytes[this.#at++] ?? 0;
      if (shift < 49) value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    return -1;
  }
}
