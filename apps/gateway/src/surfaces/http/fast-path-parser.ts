/**
 * parseFastPath: parses one request of the hot path (POST /v1/messages/… or /v1/calls/…, HTTP/1.1, a body with a length) from the bytes of
 * a connection. Neighbours: fast-path-connection.ts feeds it and passes all other requests to node:http. Guarantee: a request that it
 * accepts, node:http would have accepted and understood in the same way; in doubt a request is foreign.
 */
import { unmaskHeader } from "../../identity/unmask-reason.ts";
import { wantsEvents } from "./answer-events.ts";

export interface FastPathRequest {
  readonly kind: "message" | "call";
  /** As it was sent, with the query and without the base path. */
  readonly url: string;
  readonly contentType: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
  /** Read only for calls. */
  readonly accept: string | undefined;
  readonly authorization: string | undefined;
  /** A view of the bytes that were given. */
  readonly body: Buffer;
  /** Where the next request begins. */
  readonly end: number;
}

/** partial: more bytes may make it such a request. foreign: it is another request, or not a plain one. */
export type ParsedRequest = FastPathRequest | { readonly kind: "partial" } | { readonly kind: "foreign" };

/**
 * Bytes of head and body together. Larger requests are left to node:http, because there the body and not the head takes most of the time.
 */
export const fastPathRequestBytesMax = 32 * 1024;
/** Far below the limits of node:http in bytes and headers, so that no request passes here that it would refuse. */
const headBytesMax = 4 * 1024;

const partial: ParsedRequest = { kind: "partial" };
const foreign: ParsedRequest = { kind: "foreign" };

interface Start {
  readonly kind: FastPathRequest["kind"];
  readonly bytes: Buffer;
  /** Of the path, which goes on behind the bytes. */
  readonly pathBytes: number;
}

const messagesPath = "/v1/messages/";
const callsPath = "/v1/calls/";
/** Messages come first, because they are the most frequent. */
const starts = startsAt("");
const versionEnd = Buffer.from(" HTTP/1.1\r\n", "latin1");
const hostName = Buffer.from("host", "latin1");
const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const colon = 0x3a;

/** Classes of bytes: of a request target without a fragment, of a header's name, of its value. */
const inTarget = 1;
const inName = 2;
const inValue = 4;
const classOf = Uint8Array.from({ length: 256 }, (_, byte) => {
  const visible = byte > 0x20 && byte < 0x7f;
  const target = visible && byte !== 0x23 ? inTarget : 0;
  const name = /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(byte)) ? inName : 0;
  const value = visible || byte === 0x20 || byte === 0x09 || byte > 0x7f ? inValue : 0;
  return target | name | value;
});

export interface FastPathRules {
  readonly bodyBytesMax: number;
  /** The beginnings of requests whose path has the base path in front. */
  readonly startsBelow?: readonly Start[] | undefined;
  /** True when callers must sign in. Requests without Authorization are then foreign, because they may have a cookie. */
  readonly loginRequired: boolean;
  /** Whether the value of a Host header names us. */
  allowsHost(bytes: Buffer, from: number, end: number): boolean;
}

/** What was read of the headers so far. */
class Headers {
  rules: FastPathRules;
  kind: FastPathRequest["kind"];
  hasHost = false;
  contentLength: number | undefined = undefined;
  contentType: string | undefined = undefined;
  idempotencyKey: string | undefined = undefined;
  traceparent: string | undefined = undefined;
  tracestate: string | undefined = undefined;
  accept: string | undefined = undefined;
  authorization: string | undefined = undefined;
  /** Set by headers that make a call foreign: repeated lines (node:http joins them), cookies, and the request for unmasked values. */
  isForeignToCalls = false;

  constructor(rules: FastPathRules, kind: FastPathRequest["kind"]) {
    this.rules = rules;
    this.kind = kind;
  }
}

/** For a gateway below a base path; undefined for one without. */
export function startsBelow(basePath: string): readonly Start[] | undefined {
  return basePath === "" ? undefined : startsAt(basePath);
}

function startsAt(basePath: string): readonly Start[] {
  return (
    [
      ["message", messagesPath],
      ["call", callsPath],
    ] as const
  ).map(([kind, path]) => ({
    kind,
    bytes: Buffer.from(`POST ${basePath}${path}`, "latin1"),
    pathBytes: path.length,
  }));
}

/** partial when the bytes end too early to tell. */
function startOf(bytes: Buffer, from: number, { startsBelow }: FastPathRules): Start | "partial" | "foreign" {
  for (const start of starts) {
    const begun = matches(bytes, from, start.bytes);
    if (begun !== false) return begun === true ? start : "partial";
  }
  for (const start of startsBelow ?? []) {
    const begun = matches(bytes, from, start.bytes);
    if (begun !== false) return begun === true ? start : "partial";
  }
  return "foreign";
}

/** Reads the request that begins at `from`; one with a longer body is foreign. */
export function parseFastPath(bytes: Buffer, from: number, rules: FastPathRules): ParsedRequest {
  const { length } = bytes;
  const start = startOf(bytes, from, rules);
  if (start === "foreign") return foreign;
  if (start === "partial") return partial;
  const headMax = from + headBytesMax;
  const scanMax = Math.min(length, headMax);
  const targetEnd = skip(bytes, from + start.bytes.length, { to: scanMax, kind: inTarget });
  if (targetEnd === scanMax) return scanMax === headMax ? foreign : partial;
  const versioned = matches(bytes, targetEnd, versionEnd);
  if (versioned !== true) return versioned === false ? foreign : partial;
  const headers = new Headers(rules, start.kind);
  let at = targetEnd + versionEnd.length;
  while (at < scanMax && bytes[at] !== carriageReturn) {
    const nameEnd = skip(bytes, at, { to: scanMax, kind: inName });
    if (nameEnd < scanMax && (nameEnd === at || bytes[nameEnd] !== colon)) return foreign;
    const valueEnd = skip(bytes, nameEnd + 1, { to: scanMax, kind: inValue });
    if (valueEnd + 1 >= scanMax) return scanMax === headMax ? foreign : partial;
    if (bytes[valueEnd] !== carriageReturn || bytes[valueEnd + 1] !== lineFeed) return foreign;
    if (!readHeader(headers, bytes, { from: at, colon: nameEnd, end: valueEnd })) return foreign;
    at = valueEnd + 2;
  }
  if (at + 1 >= scanMax) return scanMax === headMax ? foreign : partial;
  if (bytes[at + 1] !== lineFeed) return foreign;
  const bodyFrom = at + 2;
  const bodyBytes = headers.contentLength ?? 0;
  const end = bodyFrom + bodyBytes;
  if (end - from > fastPathRequestBytesMax || bodyBytes > rules.bodyBytesMax) return foreign;
  if (rules.loginRequired && headers.authorization === undefined) return foreign;
  const { kind } = start;
  if (kind === "call" && isForeignCall(headers)) return foreign;
  if (end > length) return partial;
  const url = bytes.toString("latin1", from + start.bytes.length - start.pathBytes, targetEnd);
  if (kind === "call" && !isDecodable(url)) return foreign;
  const { contentType, idempotencyKey, accept, authorization, traceparent, tracestate } = headers;
  const body = bytes.subarray(bodyFrom, end);
  return { kind, url, contentType, idempotencyKey, accept, traceparent, tracestate, authorization, body, end };
}

/** Media types that Fastify (behind node:http) accepts as this parser does; it never sees those that name the type of a value. */
const plainMediaType = /^(?:application\/vnd\..*|[a-z]+\/[a-z0-9.+-]+(?:; ?charset=[\w-]+)?)$/i;

function isForeignCall({ isForeignToCalls, contentType, accept }: Headers): boolean {
  if (isForeignToCalls) return true;
  if (contentType !== undefined && !plainMediaType.test(contentType)) return true;
  // A request for many answers is answered with a stream, so it is foreign.
  return wantsEvents(accept);
}

/** Fastify refuses a path that cannot be decoded with an error of its own. */
function isDecodable(url: string): boolean {
  const query = url.indexOf("?");
  const path = query < 0 ? url : url.slice(0, query);
  if (!path.includes("%")) return true;
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** undefined when the bytes match so far but end too early. */
function matches(bytes: Buffer, from: number, expected: Buffer): boolean | undefined {
  const size = Math.min(expected.length, bytes.length - from);
  for (let index = 0; index < size; index++) if (bytes[from + index] !== expected[index]) return false;
  return size === expected.length ? true : undefined;
}

/** The position of the first byte from `from` on that is not of the kind; `to` when all are. */
function skip(bytes: Buffer, from: number, { to, kind }: { to: number; kind: number }): number {
  let at = from;
  while (at < to && ((classOf[bytes[at] ?? 0] ?? 0) & kind) !== 0) at++;
  return Math.min(at, to);
}

/** Returns false when this header makes the request foreign. */
function readHeader(headers: Headers, bytes: Buffer, line: { from: number; colon: number; end: number }): boolean {
  // Only names of these lengths are read or change the meaning of a request; all others are ignored.
  switch (line.colon - line.from) {
    case 4:
      return !isHost(bytes, line.from) || readHost(headers, bytes, line);
    case 6:
    case 7:
    case 8:
    case 10:
    case 11:
    case 12:
    case 13:
    case 14:
    case 15:
    case 16:
    case 17:
      break;
    default:
      return true;
  }
  const name = bytes.toString("latin1", line.from, line.colon).toLowerCase();
  switch (name) {
    case "content-length": {
      const text = valueOf(bytes, line);
      if (headers.contentLength !== undefined || !/^\d{1,9}$/.test(text)) return false;
      headers.contentLength = Number(text);
      return true;
    }
    case "content-type":
      if (headers.contentType !== undefined) return false;
      headers.contentType = valueOf(bytes, line);
      return true;
    case "idempotency-key":
      if (headers.idempotencyKey !== undefined) return false;
      headers.idempotencyKey = valueOf(bytes, line);
      return true;
    case "traceparent":
      if (headers.traceparent !== undefined) return false;
      headers.traceparent = valueOf(bytes, line);
      return true;
    case "tracestate":
      if (headers.tracestate !== undefined) return false;
      headers.tracestate = valueOf(bytes, line);
      return true;
    case "accept":
    case "cookie":
    case unmaskHeader:
      if (headers.kind === "call") noteForCall(headers, name, valueOf(bytes, line));
      return true;
    case "authorization":
      if (headers.authorization !== undefined) return false;
      headers.authorization = valueOf(bytes, line);
      return true;
    case "connection":
      return valueOf(bytes, line).toLowerCase() === "keep-alive";
    case "content-encoding":
    case "if-match":
    case "sec-fetch-site":
    case "origin":
    case "expect":
    case "upgrade":
    case "proxy-connection":
    case "transfer-encoding":
      return false;
    default:
      return true;
  }
}

function noteForCall(headers: Headers, name: string, value: string): void {
  if (name === "accept") {
    if (headers.accept !== undefined) headers.isForeignToCalls = true;
    headers.accept = value;
  } else if (name !== "cookie" || headers.rules.loginRequired) {
    // A cookie may identify the caller when Authorization does not.
    headers.isForeignToCalls = true;
  }
}

function isHost(bytes: Buffer, from: number): boolean {
  for (let index = 0; index < hostName.length; index++) if (((bytes[from + index] ?? 0) | 0x20) !== hostName[index]) return false;
  return true;
}

/** The one header that every request has: compared as bytes. */
function readHost(headers: Headers, bytes: Buffer, line: { colon: number; end: number }): boolean {
  if (headers.hasHost) return false;
  headers.hasHost = true;
  const from = valueFrom(bytes, line);
  return headers.rules.allowsHost(bytes, from, valueTo(bytes, from, line.end));
}

function valueOf(bytes: Buffer, line: { colon: number; end: number }): string {
  const from = valueFrom(bytes, line);
  return bytes.toString("latin1", from, valueTo(bytes, from, line.end));
}

function valueFrom(bytes: Buffer, { colon: at, end }: { colon: number; end: number }): number {
  let from = at + 1;
  while (from < end && isSpace(bytes[from])) from++;
  return from;
}

function valueTo(bytes: Buffer, from: number, lineEnd: number): number {
  let end = lineEnd;
  while (end > from && isSpace(bytes[end - 1])) end--;
  return end;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09;
}
