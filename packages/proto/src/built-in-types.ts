/**
 * Built-in types: io.statefun.types/* between wire bytes and JSON scalar text.
 * Neighbours: value-codec.ts chooses this codec by typename. The wrappers have one field, so they are read and written here by hand.
 * Guarantee: exact for every value (long by digits, float by the shortest text that reads back the same); default values are zero bytes.
 */
import protobuf from "protobufjs/minimal.js";

export const builtInTypenames = [
  "io.statefun.types/bool",
  "io.statefun.types/int",
  "io.statefun.types/long",
  "io.statefun.types/float",
  "io.statefun.types/double",
  "io.statefun.types/string",
] as const;
export type BuiltInTypename = (typeof builtInTypenames)[number];

export type ScalarBytes = { readonly kind: "ok"; readonly bytes: Uint8Array } | { readonly kind: "error"; readonly reason: string };

/** Reads one scalar from the reader as JSON text. */
type Read = (reader: protobuf.Reader) => string;
/** Returns undefined when the text is not a value of the type, and null for the default value, which has no bytes. */
type Write = (json: unknown, text: string) => ((writer: protobuf.Writer) => void) | null | undefined;

interface Codec {
  readonly tag: number;
  readonly read: Read;
  readonly write: Write;
  readonly expected: string;
}

const varintTag = 0x08;
const fixed64Tag = 0x09;
const lengthTag = 0x0a;
const fixed32Tag = 0x0d;
const intMin = -(2 ** 31);
const intMax = 2 ** 31 - 1;
const longMin = -(2n ** 63n);
const longMax = 2n ** 63n - 1n;
const integerText = /^-?\d{1,20}$/;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const codecs: Record<BuiltInTypename, Codec> = {
  "io.statefun.types/bool": {
    tag: varintTag,
    read: (reader) => String(reader.bool()),
    write: (json) => (typeof json !== "boolean" ? undefined : json ? (writer) => void writer.bool(true) : null),
    expected: "true or false",
  },
  "io.statefun.types/int": {
    tag: fixed32Tag,
    read: (reader) => String(reader.sfixed32()),
    write: (_json, text) => {
      if (!integerText.test(text)) return undefined;
      const value = Number(text);
      if (value < intMin || value > intMax) return undefined;
      return value === 0 ? null : (writer) => void writer.sfixed32(value);
    },
    expected: `an integer from ${intMin} to ${intMax}`,
  },
  "io.statefun.types/long": {
    tag: fixed64Tag,
    read: (reader) => {
      const low = reader.fixed32();
      return String((BigInt(reader.sfixed32()) << 32n) | BigInt(low));
    },
    write: (json, text) => {
      const digits = typeof json === "string" ? json : text;
      if (!integerText.test(digits)) return undefined;
      const value = BigInt(digits);
      if (value < longMin || value > longMax) return undefined;
      if (value === 0n) return null;
      const bits = BigInt.asUintN(64, value);
      return (writer) => void writer.fixed32(Number(bits & 0xffffffffn)).fixed32(Number(bits >> 32n));
    },
    expected: `an integer from ${longMin} to ${longMax}`,
  },
  "io.statefun.types/float": {
    tag: fixed32Tag,
    read: (reader) => floatText(reader.float()),
    write: (json) => {
      const value = floatingValue(json);
      if (value === undefined || (Number.isFinite(value) && !Number.isFinite(Math.fround(value)))) return undefined;
      return Object.is(Math.fround(value), 0) ? null : (writer) => void writer.float(value);
    },
    expected: 'a number within single precision, "NaN", "Infinity" or "-Infinity"',
  },
  "io.statefun.types/double": {
    tag: fixed64Tag,
    read: (reader) => doubleText(reader.double()),
    write: (json) => {
      // JSON.parse turns a number beyond the range into an infinity; only the named infinities are meant.
      const value = floatingValue(json);
      if (value === undefined || (typeof json === "number" && !Number.isFinite(json))) return undefined;
      return Object.is(value, 0) ? null : (writer) => void writer.double(value);
    },
    expected: 'a number, "NaN", "Infinity" or "-Infinity"',
  },
  "io.statefun.types/string": {
    tag: lengthTag,
    read: (reader) => JSON.stringify(utf8.decode(reader.bytes())),
    write: (json) => {
      if (typeof json !== "string" || !json.isWellFormed()) return undefined;
      return json === "" ? null : (writer) => void writer.string(json);
    },
    expected: 'a JSON string, for example "Bob" with its double quotes',
  },
};

const zeroText: Record<BuiltInTypename, string> = {
  "io.statefun.types/bool": "false",
  "io.statefun.types/int": "0",
  "io.statefun.types/long": "0",
  "io.statefun.types/float": "0",
  "io.statefun.types/double": "0",
  "io.statefun.types/string": '""',
};

export function isBuiltInTypename(typename: string): typename is BuiltInTypename {
  return Object.hasOwn(codecs, typename);
}

/** Returns undefined when the bytes are not an encoding of this type. */
export function decodeScalar(typename: BuiltInTypename, bytes: Uint8Array): string | undefined {
  const codec = codecs[typename];
  let text = zeroText[typename];
  try {
    const reader = protobuf.Reader.create(bytes);
    while (reader.pos < reader.len) {
      if (reader.uint32() !== codec.tag) return undefined;
      text = codec.read(reader);
    }
  } catch {
    return undefined;
  }
  return text;
}

export function encodeScalar(typename: BuiltInTypename, text: string): ScalarBytes {
  const codec = codecs[typename];
  const trimmed = text.trim();
  const json = parseJson(trimmed);
  const write = json.kind === "ok" ? codec.write(json.value, trimmed) : undefined;
  if (write === undefined) return { kind: "error", reason: `a value of ${typename} is ${codec.expected}; got ${excerpt(text)}` };
  if (write === null) return { kind: "ok", bytes: new Uint8Array(0) };
  const writer = protobuf.Writer.create().uint32(codec.tag);
  write(writer);
  return { kind: "ok", bytes: writer.finish() };
}

function parseJson(text: string): { kind: "ok"; value: unknown } | { kind: "error" } {
  try {
    return { kind: "ok", value: JSON.parse(text) };
  } catch {
    return { kind: "error" };
  }
}

function floatingValue(json: unknown): number | undefined {
  if (typeof json === "number") return json;
  return json === "NaN" || json === "Infinity" || json === "-Infinity" ? Number(json) : undefined;
}

function doubleText(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  return Object.is(value, -0) ? "-0" : String(value);
}

/** The shortest decimal that reads back as the same single-precision number. */
function floatText(value: number): string {
  if (!Number.isFinite(value) || value === 0) return doubleText(value);
  for (let digits = 1; digits <= 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return String(candidate);
  }
  return String(value);
}

function excerpt(text: string): string {
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return text === "" ? "nothing" : shown;
}
