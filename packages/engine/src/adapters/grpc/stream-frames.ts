/**
 * stream-frames: encodes calls as FunctionCalls messages and decodes FunctionAnswers messages, without a generated codec: requests and
 * replies stay as bytes, and only the few bytes around them are written and read. packages/proto/proto/signalbox/function.proto has the
 * messages. Neighbours: call-stream.ts sends and hands out; answer-reader.ts puts messages together.
 */
import { framePrefixBytes } from "./grpc-message.ts";

/** The size of a message with many calls; a larger call is alone in its message. */
const messageBytesMax = 1024 * 1024;
const maxVarintBytes = 10;

export interface CallFrame {
  readonly id: number;
  /** undefined when the call is cancelled. */
  readonly request: Uint8Array | undefined;
  readonly timeoutMs: number;
}

/** Encodes the calls as one or more messages, in one buffer. */
export function encodeCalls(calls: readonly CallFrame[]): Buffer {
  const sizes = calls.map(callBytes);
  const messages: { from: number; to: number; bytes: number }[] = [];
  for (const [index, size] of sizes.entries()) {
    const last = messages.at(-1);
    const bytes = 1 + varintBytes(size) + size;
    if (last === undefined || last.bytes + bytes > messageBytesMax) messages.push({ from: index, to: index + 1, bytes });
    else Object.assign(last, { to: index + 1, bytes: last.bytes + bytes });
  }
  const out = Buffer.allocUnsafe(messages.reduce((sum, { bytes }) => sum + framePrefixBytes + bytes, 0));
  let at = 0;
  for (const { from, to, bytes } of messages) {
    out[at] = 0;
    out.writeUInt32BE(bytes, at + 1);
    at += framePrefixBytes;
    for (let index = from; index < to; index++) {
      const call = calls[index];
      if (call !== undefined) at = writeCall(out, at, { call, size: sizes[index] ?? 0 });
    }
  }
  return out;
}

function callBytes({ id, request, timeoutMs }: CallFrame): number {
  const head = 1 + varintBytes(id);
  if (request === undefined) return head + 2;
  return head + 1 + varintBytes(request.length) + request.length + 1 + varintBytes(timeoutMs);
}

function writeCall(out: Buffer, start: number, { call, size }: { call: CallFrame; size: number }): number {
  let at = writeVarint(out, writeTag(out, start, 0x0a), size);
  at = writeVarint(out, writeTag(out, at, 0x08), call.id);
  if (call.request === undefined) return writeVarint(out, writeTag(out, at, 0x20), 1);
  at = writeVarint(out, writeTag(out, at, 0x12), call.request.length);
  out.set(call.request, at);
  return writeVarint(out, writeTag(out, at + call.request.length, 0x18), call.timeoutMs);
}

function writeTag(out: Buffer, at: number, tag: number): number {
  out[at] = tag;
  return at + 1;
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes++;
  return bytes;
}

function writeVarint(out: Buffer, start: number, value: number): number {
  let at = start;
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) out[at++] = (rest % 0x80) | 0x80;
  out[at++] = rest;
  return at;
}

export interface AnswerFrame {
  readonly id: number;
  readonly result: AnswerResult;
}

export type AnswerResult =
  /** Bytes [from, to) of the message. */
  | { readonly kind: "reply"; readonly from: number; readonly to: number }
  | {
      readonly kind: "refusal";
      readonly status: number;
      readonly reason: string;
      readonly outcome: string;
      readonly retryAfterMs: number;
    }
  /** The answer has neither a reply nor a refusal. */
  | { readonly kind: "nothing" };

/** The bytes are no FunctionAnswers message; the error's text says where. */
export class NotAnswers extends Error {}

/** Decodes a whole message. Throws NotAnswers. */
export function decodeAnswers(bytes: Uint8Array): AnswerFrame[] {
  const answers: AnswerFrame[] = [];
  new Fields(bytes, 0, bytes.length).each((field, fields) => {
    if (field !== 1) return false;
    const [from, to] = fields.range();
    answers.push(decodeAnswer(bytes, from, to));
    return true;
  });
  return answers;
}

/** The id of the first answer, read from the beginning of a message that is not complete. */
export function firstAnswerId(bytes: Uint8Array): number | undefined {
  try {
    const fields = new Fields(bytes, 0, bytes.length);
    if (fields.tag() !== 0x0a) return undefined;
    fields.varint();
    return fields.tag() === 0x08 ? fields.varint() : undefined;
  } catch {
    return undefined;
  }
}

function decodeAnswer(bytes: Uint8Array, start: number, end: number): AnswerFrame {
  let id = 0;
  let result: AnswerResult = { kind: "nothing" };
  new Fields(bytes, start, end).each((field, fields) => {
    if (field === 1) id = fields.varint();
    else if (field === 2) {
      const [from, to] = fields.range();
      result = { kind: "reply", from, to };
    } else if (field === 3) result = decodeRefusal(bytes, fields.range());
    else return false;
    return true;
  });
  return { id, result };
}

const utf8 = new TextDecoder();

function decodeRefusal(bytes: Uint8Array, [start, end]: readonly [number, number]): AnswerResult {
  const refusal = { kind: "refusal" as const, status: 0, reason: "", outcome: "", retryAfterMs: 0 };
  const text = ([from, to]: readonly [number, number]): string => utf8.decode(bytes.subarray(from, to));
  new Fields(bytes, start, end).each((field, fields) => {
    if (field === 1) refusal.status = fields.varint();
    else if (field === 2) refusal.reason = text(fields.range());
    else if (field === 3) refusal.outcome = text(fields.range());
    else if (field === 4) refusal.retryAfterMs = fields.varint();
    else return false;
    return true;
  });
  return refusal;
}

/** The fields of one message, in [at, end); never reads past the end. */
class Fields {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  /** `read` returns false for a field that it does not know. */
  each(read: (field: number, fields: Fields) => boolean): void {
    while (this.#at < this.#end) {
      const tag = this.tag();
      if (!read(tag >>> 3, this)) this.#skip(tag & 7);
    }
  }

  tag(): number {
    return this.varint();
  }

  varint(): number {
    let value = 0;
    for (let index = 0, factor = 1; index < maxVarintBytes; index++, factor *= 0x80) {
      const byte = this.#at < this.#end ? this.#bytes[this.#at++] : undefined;
      if (byte === undefined) throw new NotAnswers("it ends inside a number");
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw new NotAnswers("a number of more than ten bytes");
  }

  range(): readonly [number, number] {
    const length = this.varint();
    const from = this.#at;
    this.#move(length);
    return [from, this.#at];
  }

  #skip(wire: number): void {
    if (wire === 0) this.varint();
    else if (wire === 1) this.#move(8);
    else if (wire === 2) this.range();
    else if (wire === 5) this.#move(4);
    else throw new NotAnswers(`wire type ${wire}`);
  }

  #move(length: number): void {
    if (length > this.#end - this.#at) throw new NotAnswers("it ends inside a field");
    this.#at += length;
  }
}
