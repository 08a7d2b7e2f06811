/**
 * Value codec: typed values between the engine's opaque bytes and text that people read and write.
 * Order of decoders: built-in type, egress record, uploaded descriptor, well-known protobuf type, JSON, printable text, bytes.
 * Neighbours: built-in-types.ts, egress-records.ts, descriptor-registry.ts, well-known-types.ts.
 * Guarantee: what is shown as JSON is exact (64-bit numbers keep every digit); text of an unknown type encodes to its own UTF-8 bytes.
 */
import type { Type } from "protobufjs";
import protojson from "protobufjs/ext/protojson.js";
import { decodeScalar, encodeScalar, isBuiltInTypename } from "./built-in-types.ts";
import type { DescriptorRegistry } from "./descriptor-registry.ts";
import { decodeEgressRecord, encodeEgressRecord, isEgressRecord } from "./egress-records.ts";
import { wellKnownType } from "./well-known-types.ts";

export interface DecodedValue {
  readonly as: "json" | "text" | "bytes";
  /** JSON text, plain text, or empty for bytes. */
  readonly text: string;
  /** The decoder that decoded it, or the reason why none did. */
  readonly decoder: string;
}

export type EncodedValue = { readonly kind: "ok"; readonly bytes: Uint8Array } | { readonly kind: "error"; readonly reason: string };

/** A packed byte may become an element of JSON; above this size, decoding would hold up the thread that asks. */
export const describedBytesMax = 64 * 1024;
const describedCharactersMax = 512 * 1024;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
// Tab, line feed and carriage return are printable; the other controls are not.
const unprintable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/;

export function decodeValue(typename: string, bytes: Uint8Array, descriptors: DescriptorRegistry): DecodedValue {
  if (isBuiltInTypename(typename)) {
    const text = decodeScalar(typename, bytes);
    if (text !== undefined) return { as: "json", text, decoder: typename };
    return guess(bytes, `not an encoding of ${typename}`);
  }
  if (isEgressRecord(typename)) {
    const text = decodeEgressRecord(typename, bytes);
    return text === undefined ? guess(bytes, `not an encoding of ${typename}`) : { as: "json", text, decoder: typename };
  }
  const type = descriptors.lookup(typename) ?? wellKnownType(typename);
  if (type === undefined) return guess(bytes, undefined);
  if (bytes.length > describedBytesMax) return guess(bytes, `more than ${describedBytesMax} bytes are not decoded as protobuf`);
  const text = decodeMessage(type, bytes);
  if (text !== undefined) return { as: "json", text, decoder: `protobuf ${type.fullName.slice(1)}` };
  return guess(bytes, `not an encoding of protobuf ${type.fullName.slice(1)}`);
}

export function encodeValue(typename: string, text: string, descriptors: DescriptorRegistry): EncodedValue {
  if (isBuiltInTypename(typename)) return encodeScalar(typename, text);
  if (isEgressRecord(typename)) return encodeEgressRecord(typename, text);
  const type = descriptors.lookup(typename) ?? wellKnownType(typename);
  if (type === undefined) {
    if (!text.isWellFormed()) return { kind: "error", reason: "the text holds half of a surrogate pair and has no UTF-8 form" };
    return { kind: "ok", bytes: new TextEncoder().encode(text) };
  }
  if (text.length > describedCharactersMax) {
    return {
      kind: "error",
      reason: `more than ${describedCharactersMax} characters of JSON are not written as protobuf here; send the bytes`,
    };
  }
  try {
    return { kind: "ok", bytes: type.encode(protojson.fromJsonString(type, text)).finish() };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { kind: "error", reason: `not protobuf JSON of ${type.fullName.slice(1)}: ${problem}` };
  }
}

function decodeMessage(type: Type, bytes: Uint8Array): string | undefined {
  try {
    return protojson.toJsonString(type, type.decode(bytes));
  } catch {
    return undefined;
  }
}

/** `mismatch` names the decoder that should have accepted the bytes and did not. */
function guess(bytes: Uint8Array, mismatch: string | undefined): DecodedValue {
  const why = mismatch === undefined ? "" : ` (${mismatch})`;
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return { as: "bytes", text: "", decoder: whyNone(mismatch, "not UTF-8") };
  }
  if (isJson(text)) return { as: "json", text, decoder: `JSON${why}` };
  if (!unprintable.test(text)) return { as: "text", text, decoder: `UTF-8 text${why}` };
  return { as: "bytes", text: "", decoder: whyNone(mismatch, "not printable") };
}

/** Each decoder that was asked has its reason: first the type's own, then JSON and text. */
function whyNone(mismatch: string | undefined, text: string): string {
  return mismatch === undefined
    ? `no decoder: ${text}, and no descriptor set has the type`
    : `${mismatch}; as JSON or text neither: ${text}`;
}

/** A text that begins with anything else is not JSON; creating an error to learn that costs more than all the other work. */
const jsonBegins = /^[ \t\n\r]*[[{"\-0-9tfn]/;

function isJson(text: string): boolean {
  if (!jsonBegins.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
