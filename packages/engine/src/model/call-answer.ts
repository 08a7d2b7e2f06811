/**
 * CallAnswer: the first message that came back to a call, as one state value. Its bytes are those of StateFun's TypedValue (typename = 1,
 * has_value = 2, value = 3), so that a reader of a savepoint can decode them; the name of its type says so.
 */
import type { TypedValue } from "@signalbox/runtime/model/typed-value";
import { absentValue } from "@signalbox/runtime/model/typed-value";

export const callAnswerTypename = "io.signalbox.calls/answer";

const typenameTag = 0x0a;
const hasValueTag = 0x10;
const valueTag = 0x1a;
const textEncoder = new TextEncoder();
const textDecoder = new TextDecoder("utf-8", { ignoreBOM: true });

export function encodeCallAnswer(value: TypedValue): TypedValue {
  const typename = textEncoder.encode(value.typename);
  const head = [typenameTag, ...varint(typename.length)];
  const middle = value.hasValue === false ? [] : [hasValueTag, 1, valueTag, ...varint(value.bytes.length)];
  const bytes = new Uint8Array(head.length + typename.length + middle.length + value.bytes.length);
  bytes.set(head);
  bytes.set(typename, head.length);
  bytes.set(middle, head.length + typename.length);
  bytes.set(value.bytes, head.length + typename.length + middle.length);
  return { typename: callAnswerTypename, bytes };
}

/** Returns undefined when the bytes are not what encodeCallAnswer writes, because a person edited them. */
export function decodeCallAnswer({ bytes }: TypedValue): TypedValue | undefined {
  let typename = "";
  let value: Uint8Array | undefined;
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at++];
    const length = readVarint(bytes, at);
    if (length === undefined) return undefined;
    at = length.end;
    if (tag === hasValueTag) continue;
    const end = at + length.number;
    if (end > bytes.length) return undefined;
    if (tag === typenameTag) typename = textDecoder.decode(bytes.subarray(at, end));
    else if (tag === valueTag) value = bytes.subarray(at, end);
    else return undefined;
    at = end;
  }
  return value === undefined ? absentValue(typename) : { typename, bytes: value };
}

function varint(number: number): number[] {
  const bytes: number[] = [];
  let rest = number;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
}

function readVarint(bytes: Uint8Array, from: number): { readonly number: number; readonly end: number } | undefined {
  let number = 0;
  let scale = 1;
  for (let at = from; at < bytes.length && at < from + 8; at++) {
    const byte = bytes[at] ?? 0;
    number += (byte & 0x7f) * scale;
    if (byte < 0x80) return { number, end: at + 1 };
    scale *= 0x80;
  }
  return undefined;
}
