/**
 * guessProtobuf: reads bytes as the fields that the protobuf wire format shows without a descriptor: numbers, wire types, nested messages
 * when they parse completely, texts when they are UTF-8. It is a guess: names and signs are not in the bytes, so each number keeps
 * everything that it may mean, exact to the last digit. Pure, bounded in bytes, depth and fields, and never throws. Neighbour:
 * guessed-value.tsx draws it.
 */
export const GUESS_BYTES_MAX = 65_536;
export const GUESS_FIELDS_MAX = 1_000;
export const GUESS_DEPTH_MAX = 16;
const FIELD_NUMBER_MAX = 0x1fff_ffff;
const VARINT_BYTES_MAX = 10;

export type GuessedContent =
  | { readonly kind: "varint"; readonly unsigned: bigint }
  | { readonly kind: "fixed64"; readonly bits: bigint }
  | { readonly kind: "fixed32"; readonly bits: number }
  /** A field with a length: `as` is what it most likely is; the other readings are beside it. */
  | {
      readonly kind: "length";
      readonly as: "message" | "text" | "bytes";
      readonly bytes: Uint8Array;
      /** Undefined when it is not UTF-8. */
      readonly text: string | undefined;
      /** Undefined when it does not parse completely, or is deeper or later than the limits. */
      readonly fields: readonly GuessedField[] | undefined;
    }
  | { readonly kind: "group"; readonly fields: readonly GuessedField[] };

export interface GuessedField {
  readonly number: number;
  /** Where its tag begins and where it ends, in the bytes of the whole value. */
  readonly from: number;
  readonly to: number;
  readonly content: GuessedContent;
}

export type Guess =
  | { readonly kind: "message"; readonly fields: readonly GuessedField[] }
  | { readonly kind: "none"; readonly reason: string };

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const unprintable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/;
/** Blanks that are also the first bytes of most messages: the tags of fields one and two, and short lengths. */
const mayBeTag = /[\t\n\r]/;

export function guessProtobuf(bytes: Uint8Array): Guess {
  if (bytes.length === 0) return { kind: "none", reason: "no bytes: every message with nothing set" };
  if (bytes.length > GUESS_BYTES_MAX) return { kind: "none", reason: `more than ${GUESS_BYTES_MAX} bytes are not guessed at` };
  const reader = new WireReader(bytes);
  const fields = reader.message(0, bytes.length, 0);
  if (fields === undefined) return { kind: "none", reason: `no protobuf: ${reader.reason}` };
  return { kind: "message", fields };
}

/** Lists what a number may be, the most usual first; equal readings are listed once. */
export function readings(content: Extract<GuessedContent, { kind: "varint" | "fixed64" | "fixed32" }>): string[] {
  return [...new Set(allReadings(content))];
}

function allReadings(content: Extract<GuessedContent, { kind: "varint" | "fixed64" | "fixed32" }>): string[] {
  switch (content.kind) {
    case "varint": {
      const { unsigned } = content;
      const signed = BigInt.asIntN(64, unsigned);
      const zigzag = (unsigned >> 1n) ^ -(unsigned & 1n);
      return [String(signed), String(unsigned), `${zigzag} zigzag`];
    }
    case "fixed64": {
      const view = new DataView(new ArrayBuffer(8));
      view.setBigUint64(0, content.bits);
      const whole = [String(BigInt.asIntN(64, content.bits)), String(content.bits)];
      return ordered(view.getFloat64(0), `${view.getFloat64(0)} double`, whole);
    }
    case "fixed32": {
      const view = new DataView(new ArrayBuffer(4));
      view.setUint32(0, content.bits);
      const whole = [String(view.getInt32(0)), String(content.bits)];
      return ordered(view.getFloat32(0), `${floatText(view.getFloat32(0))} float`, whole);
    }
  }
}

/** A fraction of a usual size comes first; otherwise the bits are more likely a whole number. */
function ordered(fraction: number, told: string, whole: string[]): string[] {
  const size = Math.abs(fraction);
  return size >= 1e-9 && size < 1e15 ? [told, ...whole] : [...whole, told];
}

function floatText(value: number): string {
  for (let digits = 1; digits <= 9; digits += 1) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return String(candidate);
  }
  return String(value);
}

interface Span {
  readonly fields: GuessedField[];
  readonly end: number;
}

class WireReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** The fields left for the whole value. When they are used up, nested messages stay bytes, and the outermost message is refused. */
  #fieldsLeft = GUESS_FIELDS_MAX;
  reason = "";

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  message(from: number, end: number, depth: number): GuessedField[] | undefined {
    return this.#span({ from, end, depth, group: undefined })?.fields;
  }

  /** Returns undefined when it does not parse completely; `reason` says where. */
  #span({ from, end, depth, group }: { from: number; end: number; depth: number; group: number | undefined }): Span | undefined {
    const fields: GuessedField[] = [];
    let at = from;
    while (at < end) {
      const tag = this.#varint(at, end);
      if (tag === undefined) return this.#wrong(`the tag at byte ${at} is cut off`);
      const number = Number(tag.value >> 3n);
      const wire = Number(tag.value & 7n);
      if (number < 1 || number > FIELD_NUMBER_MAX) return this.#wrong(`byte ${at} begins no field`);
      if (wire === 4) return number === group ? { fields, end: tag.end } : this.#wrong(`byte ${at} ends a group that none began`);
      if (this.#fieldsLeft === 0) return this.#wrong(`it has more than ${GUESS_FIELDS_MAX} fields`);
      this.#fieldsLeft -= 1;
      const found = this.#content(wire, { from: tag.end, end, depth, number });
      if (found === undefined) return undefined;
      fields.push({ number, from: at, to: found.end, content: found.content });
      at = found.end;
    }
    return group === undefined ? { fields, end: at } : this.#wrong(`the group of field ${group} has no end`);
  }

  #content(
    wire: number,
    { from, end, depth, number }: { from: number; end: number; depth: number; number: number },
  ): { content: GuessedContent; end: number } | undefined {
    switch (wire) {
      case 0: {
        const read = this.#varint(from, end);
        if (read === undefined) return this.#wrong(`the number at byte ${from} has no end`);
        return { content: { kind: "varint", unsigned: read.value }, end: read.end };
      }
      case 1:
        if (end - from < 8) return this.#wrong(`the 8 bytes at byte ${from} are cut off`);
        return { content: { kind: "fixed64", bits: this.#view.getBigUint64(from, true) }, end: from + 8 };
      case 2: {
        const length = this.#varint(from, end);
        if (length === undefined || length.value > BigInt(end - length.end))
          return this.#wrong(`the length at byte ${from} is beyond the end`);
        const to = length.end + Number(length.value);
        return { content: this.#ofLength(length.end, to, depth), end: to };
      }
      case 3: {
        if (depth >= GUESS_DEPTH_MAX) return this.#wrong(`groups lie deeper than ${GUESS_DEPTH_MAX}`);
        const span = this.#span({ from, end, depth: depth + 1, group: number });
        return span === undefined ? undefined : { content: { kind: "group", fields: span.fields }, end: span.end };
      }
      case 5:
        if (end - from < 4) return this.#wrong(`the 4 bytes at byte ${from} are cut off`);
        return { content: { kind: "fixed32", bits: this.#view.getUint32(from, true) }, end: from + 4 };
      default:
        return this.#wrong(`byte ${from - 1} names wire type ${wire}, which is none`);
    }
  }

  #ofLength(from: number, to: number, depth: number): GuessedContent {
    const bytes = this.#bytes.subarray(from, to);
    const text = textOf(bytes);
    const left = this.#fieldsLeft;
    const fields = from === to || depth >= GUESS_DEPTH_MAX ? undefined : this.message(from, to, depth + 1);
    // A part that did not parse completely gives its fields back.
    if (fields === undefined) this.#fieldsLeft = left;
    const isPlain = text !== undefined && !unprintable.test(text);
    const as = isPlain && (fields === undefined || !mayBeTag.test(text)) ? "text" : fields === undefined ? "bytes" : "message";
    return { kind: "length", as, bytes, text, fields };
  }

  #varint(from: number, end: number): { value: bigint; end: number } | undefined {
    let value = 0n;
    for (let index = 0; index < VARINT_BYTES_MAX && from + index < end; index += 1) {
      const byte = this.#view.getUint8(from + index);
      value |= BigInt(byte & 0x7f) << BigInt(index * 7);
      if (byte < 0x80) return value < 1n << 64n ? { value, end: from + index + 1 } : undefined;
    }
    return undefined;
  }

  #wrong(reason: string): undefined {
    this.reason = reason;
    return undefined;
  }
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}
