/**
 * MessageHeaders: the headers of a message: those of a Kafka record, a W3C trace context. They are one JSON text of pairs,
 * `[["traceparent","00-…"],["tenant","a"]]`, so that they cross threads and are stored unchanged, and cost nothing when there are none. A
 * value that is no UTF-8 is `{"base64":"…"}`. Outputs of a function inherit only the trace context, with the consumed message as its
 * parent.
 */

export type MessageHeader = readonly [name: string, value: string | { readonly base64: string }];

export interface TraceContext {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits: the span that the message came from. */
  readonly parentId: string;
  /** 2 hex digits. */
  readonly flags: string;
  /** The tracestate as it came; "" when there was none. */
  readonly state: string;
}

const traceparentName = "traceparent";
const tracestateName = "tracestate";
const traceparentForm = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(?:-|$)/;
/**
 * A tracestate by the W3C rules; a longer one is left out, which they allow. It is sent in request heads, so it must not contain line ends.
 */
const tracestateForm = /^[\x20-\x7e]{1,512}$/;

/** Undefined when there are none. */
export function headersText(headers: readonly MessageHeader[]): string | undefined {
  return headers.length === 0 ? undefined : JSON.stringify(headers);
}

/** Anything in the text that is no header is ignored. */
export function readHeaders(text: string | undefined): MessageHeader[] {
  if (text === undefined) return [];
  let pairs: unknown;
  try {
    pairs = JSON.parse(text);
  } catch {
    return [];
  }
  return Array.isArray(pairs) ? pairs.filter(isHeader) : [];
}

function isHeader(pair: unknown): pair is MessageHeader {
  if (!Array.isArray(pair) || pair.length !== 2) return false;
  const [name, value] = pair as unknown[];
  if (typeof name !== "string") return false;
  return (
    typeof value === "string" || (typeof value === "object" && value !== null && "base64" in value && typeof value.base64 === "string")
  );
}

/** The trace context first, then the others in their order, as far as they fit; `leftOut` counts those that do not. */
export function headersWithin(
  headers: readonly MessageHeader[],
  bytesMax: number,
): { readonly text: string | undefined; readonly leftOut: number } {
  if (headers.length === 0) return { text: undefined, leftOut: 0 };
  const inOrder = [...headers.filter(isOfTrace), ...headers.filter((header) => !isOfTrace(header))];
  const parts: string[] = [];
  let bytes = 2;
  for (const header of inOrder) {
    const part = JSON.stringify(header);
    const size = utf8BytesMost(part) + 1;
    if (bytes + size > bytesMax) continue;
    bytes += size;
    parts.push(part);
  }
  return { text: parts.length === 0 ? undefined : `[${parts.join(",")}]`, leftOut: inOrder.length - parts.length };
}

/** The form of most headers, a trace context only. It is found by its position, because this is read for every record of a trace. */
const aloneBefore = '[["traceparent","';
const aloneBehind = '"]]';
const traceparentCharacters = 55;

export function traceContextOf(text: string | undefined): TraceContext | undefined {
  if (text === undefined) return undefined;
  if (
    text.length === aloneBefore.length + traceparentCharacters + aloneBehind.length &&
    text.startsWith(aloneBefore) &&
    text.endsWith(aloneBehind)
  ) {
    return readTraceparent(text.slice(aloneBefore.length, -aloneBehind.length));
  }
  let context: TraceContext | undefined;
  let state = "";
  for (const [name, value] of readHeaders(text)) {
    if (typeof value !== "string") continue;
    if (context === undefined && name.toLowerCase() === traceparentName) context = readTraceparent(value);
    else if (state === "" && name.toLowerCase() === tracestateName && tracestateForm.test(value)) state = value;
  }
  return context === undefined ? undefined : { ...context, state };
}

export function readTraceparent(text: string): TraceContext | undefined {
  const [, traceId, parentId, flags] = traceparentForm.exec(text) ?? [];
  return traceId === undefined || parentId === undefined || flags === undefined ? undefined : { traceId, parentId, flags, state: "" };
}

export function traceparentOf({ traceId, parentId, flags }: TraceContext): string {
  return `00-${traceId}-${parentId}-${flags}`;
}

/** The W3C trace context of a request as headers; undefined when it is malformed. */
export function traceHeaders(traceparent: string | undefined, tracestate: string | undefined): MessageHeader[] {
  const context = traceparent === undefined ? undefined : readTraceparent(traceparent.trim());
  if (context === undefined) return [];
  const head: MessageHeader = [traceparentName, traceparentOf(context)];
  const state = tracestate?.trim() ?? "";
  return tracestateForm.test(state) ? [head, [tracestateName, state]] : [head];
}

/** A trace id (32 hex digits) for a number and a `salt`: always the same, with well-mixed digits. */
export function traceIdOf(salt: string, number: number): string {
  const digits = String(number);
  const word = (seed: number): string => hex(mixed(hashOn(hashOn(seed, salt), digits)));
  const id = word(0x811c9dc5) + word(0x9747b28c) + word(0x5bd1e995) + word(0x85ebca6b);
  return id === "0".repeat(32) ? `${"0".repeat(31)}1` : id;
}

/** The span id of the work on a message: always the same, and unique in its trace. 16 hex digits. */
export function spanOf({ traceId, parentId }: TraceContext, messageId: number): string {
  const digits = String(messageId);
  // Hashing the parts one after the other gives the same as hashing one joined text, without making it.
  const word = (seed: number): string => hex(mixed(hashOn(hashOn(hashOn(seed, traceId), parentId), digits)));
  const span = word(0x811c9dc5) + word(0x9747b28c);
  return span === "0000000000000000" ? "0000000000000001" : span;
}

/** The trace context for the outputs of a message, with its span as the parent. */
export function contextWithin(text: string | undefined, messageId: number): TraceContext | undefined {
  const context = traceContextOf(text);
  return context === undefined ? undefined : { ...context, parentId: spanOf(context, messageId) };
}

/** The headers of messages that a message caused. */
export function inheritedHeaders(text: string | undefined, messageId: number): string | undefined {
  const context = contextWithin(text, messageId);
  return context === undefined ? undefined : headersText(traceHeaders(traceparentOf(context), context.state));
}

/** Only the trace context of the headers, where the others are not kept. */
export function traceHeadersAlone(text: string | undefined): string | undefined {
  return text === undefined ? undefined : headersText(readHeaders(text).filter(isOfTrace));
}

function isOfTrace([name]: MessageHeader): boolean {
  const lower = name.toLowerCase();
  return lower === traceparentName || lower === tracestateName;
}

/** A table, because toString(16) of 32-bit numbers is slow. */
const hexBytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function hex(word: number): string {
  const at = (shift: number): string => hexBytes[(word >>> shift) & 0xff] ?? "";
  return at(24) + at(16) + at(8) + at(0);
}

/** FNV-1a over UTF-16 units, from a seed or from where another text ended. */
function hashOn(seed: number, text: string): number {
  let word = seed;
  for (let index = 0; index < text.length; index++) word = Math.imul(word ^ text.charCodeAt(index), 0x01000193);
  return word;
}

function mixed(hash: number): number {
  let word = hash;
  word = Math.imul(word ^ (word >>> 15), 0x2c1b3c6d);
  word = Math.imul(word ^ (word >>> 12), 0x297a2d39);
  return (word ^ (word >>> 15)) >>> 0;
}

/** An upper bound: a UTF-16 unit takes one to three bytes. */
function utf8BytesMost(text: string): number {
  return /^[\u0000-\u007f]*$/.test(text) ? text.length : text.length * 3;
}
