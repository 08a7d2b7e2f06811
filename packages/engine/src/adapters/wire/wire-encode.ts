/**
 * wire-encode: encodes one invocation as ToFunction bytes, in one pass and without intermediate objects. Neighbours: wire-decode.ts is the
 * way back; packages/proto pins the bytes, and the tests compare this encoder with the generated one. The buffer is filled from its end to
 * its start, so every length is known when it is written. The result is a copy of exactly its size.
 */
import type { Address } from "@signalbox/runtime/model/address";
import { inputId, type InvocationInput, type InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { TypedValue } from "@signalbox/runtime/model/typed-value";
import { traceOfBatch, traceOfInput, type BatchTrace } from "../trace-of-batch.ts";

const scratchBytesKept = 1024 * 1024;
const scratchBytesFirst = 64 * 1024;

let scratch = Buffer.allocUnsafeSlow(scratchBytesFirst);
/** The first used byte of `scratch`; the bytes from it to the end are the message so far. */
let start = scratch.length;

type Batch = Pick<InvocationRequest, "target" | "state" | "inputs">;

const headEnd = Buffer.from("\r\n\r\n");

export function encodeToFunction(request: Batch): Buffer {
  prependToFunction(request);
  return copyOfScratch();
}

export interface HttpRequestParts {
  /** The head of the request up to the number of content-length. */
  readonly head: Uint8Array;
  readonly bodyBytesMax: number;
  /** Makes a header line that depends on the body (the signature). */
  readonly lineFor?: ((body: Uint8Array) => string) | undefined;
}

/** Undefined when the body would be larger than `bodyBytesMax`. */
export function encodeHttpRequest(request: Batch, { head, bodyBytesMax, lineFor }: HttpRequestParts): Buffer | undefined {
  prependToFunction(request);
  let rest = scratch.length - start;
  if (rest > bodyBytesMax) return undefined;
  const line = lineFor?.(scratch.subarray(start));
  prependBytes(headEnd);
  if (line !== undefined) prependText(`\r\n${line}`);
  const trace = traceOfBatch(request.inputs);
  if (trace !== undefined) prependTrace(trace);
  do {
    prependByte(0x30 + (rest % 10));
    rest = Math.floor(rest / 10);
  } while (rest > 0);
  prependBytes(head);
  return copyOfScratch();
}

/** Header lines after the number of content-length. */
function prependTrace({ traceparent, tracestate }: BatchTrace): void {
  if (tracestate !== "") prependText(`\r\ntracestate: ${tracestate}`);
  prependText(`\r\ntraceparent: ${traceparent}`);
}

function copyOfScratch(): Buffer {
  const bytes = Buffer.allocUnsafe(scratch.length - start);
  scratch.copy(bytes, 0, start);
  if (scratch.length > scratchBytesKept) scratch = Buffer.allocUnsafeSlow(scratchBytesFirst);
  return bytes;
}

/** Everything from the first byte to the copy is synchronous, so no other call sees the shared scratch half-filled. */
function prependToFunction(request: Batch): void {
  start = scratch.length;
  for (let index = request.inputs.length - 1; index >= 0; index--) {
    const input = request.inputs[index];
    if (input === undefined) continue;
    const before = scratch.length - start;
    if (input.headers !== undefined) prependTraceparent(input);
    if (input.atMs !== undefined) prependOrigin(input, input.atMs);
    prependTypedValue(0x12, input.value);
    if (input.caller !== undefined) prependAddress(0x0a, input.caller);
    prependLength(0x1a, before);
  }
  for (let index = request.state.length - 1; index >= 0; index--) {
    const entry = request.state[index];
    if (entry === undefined) continue;
    const before = scratch.length - start;
    if (entry.value !== undefined) prependTypedValue(0x12, entry.value);
    prependString(0x0a, entry.name);
    prependLength(0x12, before);
  }
  prependAddress(0x0a, request.target);
  prependVarint(scratch.length - start);
  prependByte(0x06);
  prependByte(0xa2);
}

/** Field 1003, which is ours. */
function prependTraceparent(input: InvocationInput): void {
  const traceparent = traceOfInput(input);
  if (traceparent === undefined) return;
  prependVarint(prependText(traceparent));
  prependByte(0x3e);
  prependByte(0xda);
}

/** Fields 1001 and 1002, which are ours. */
function prependOrigin(input: InvocationInput, atMs: number): void {
  if (atMs > 0) {
    prependLong(atMs);
    prependByte(0x3e);
    prependByte(0xd0);
  }
  const id = inputId(input);
  if (id === 0) return;
  prependLong(id);
  prependByte(0x3e);
  prependByte(0xc8);
}

/** A lower bound of the encoded size, cheap enough to refuse an oversized request before it is encoded. */
export function leastEncodedBytes(request: Pick<InvocationRequest, "state" | "inputs">): number {
  let sum = 0;
  for (const input of request.inputs) sum += input.value.bytes.length;
  for (const entry of request.state) sum += entry.value?.bytes.length ?? 0;
  return sum;
}

function prependTypedValue(tag: number, value: TypedValue): void {
  const before = scratch.length - start;
  if (value.hasValue === false) {
    prependString(0x0a, value.typename);
    prependLength(tag, before);
    return;
  }
  if (value.bytes.length > 0) {
    reserve(value.bytes.length);
    start -= value.bytes.length;
    scratch.set(value.bytes, start);
    prependVarint(value.bytes.length);
    prependByte(0x1a);
  }
  // has_value = true.
  prependByte(1);
  prependByte(0x10);
  prependString(0x0a, value.typename);
  prependLength(tag, before);
}

function prependAddress(tag: number, address: Address): void {
  const before = scratch.length - start;
  const slash = address.type.indexOf("/");
  prependString(0x1a, address.id);
  prependString(0x12, address.type.slice(slash + 1));
  prependString(0x0a, address.type.slice(0, Math.max(slash, 0)));
  prependLength(tag, before);
}

function prependString(tag: number, text: string): void {
  if (text.length === 0) return;
  const size = prependText(text);
  prependVarint(size);
  prependByte(tag);
}

/** Returns the size in bytes. Names and ids are short and nearly always ASCII, for which this loop is faster than TextEncoder. */
function prependText(text: string): number {
  const length = text.length;
  if (length <= 64) {
    reserve(length);
    let at = start;
    let index = length - 1;
    for (; index >= 0; index--) {
      const code = text.charCodeAt(index);
      if (code >= 0x80) break;
      scratch[--at] = code;
    }
    if (index < 0) {
      start = at;
      return length;
    }
  }
  const size = Buffer.byteLength(text, "utf8");
  reserve(size);
  start -= size;
  scratch.write(text, start, size, "utf8");
  return size;
}

/** Closes a submessage that began when `before` bytes were used. Growing moves the bytes but keeps their distance to the end. */
function prependLength(tag: number, before: number): void {
  prependVarint(scratch.length - start - before);
  prependByte(tag);
}

function prependVarint(value: number): void {
  reserve(5);
  if (value < 0x80) {
    scratch[--start] = value;
    return;
  }
  const size = value < 0x4000 ? 2 : value < 0x200000 ? 3 : value < 0x10000000 ? 4 : 5;
  start -= size;
  let rest = value;
  for (let index = 0; index < size - 1; index++) {
    scratch[start + index] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  scratch[start + size - 1] = rest;
}

/** 0 to Number.MAX_SAFE_INTEGER. */
function prependLong(value: number): void {
  if (value < 0x10000000) return prependVarint(value);
  prependVarint(Math.floor(value / 0x10000000));
  let low = value % 0x10000000;
  reserve(4);
  start -= 4;
  for (let index = 0; index < 4; index++) {
    scratch[start + index] = (low & 0x7f) | 0x80;
    low >>>= 7;
  }
}

function prependBytes(bytes: Uint8Array): void {
  reserve(bytes.length);
  start -= bytes.length;
  scratch.set(bytes, start);
}

function prependByte(value: number): void {
  reserve(1);
  scratch[--start] = value;
}

function reserve(size: number): void {
  if (start >= size) return;
  const used = scratch.length - start;
  const grown = Buffer.allocUnsafeSlow(Math.max(scratch.length * 2, used + size));
  scratch.copy(grown, grown.length - used, start);
  start = grown.length - used;
  scratch = grown;
}
