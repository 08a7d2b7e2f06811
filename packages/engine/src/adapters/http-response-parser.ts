/**
 * HttpResponseParser: one HTTP/1.1 response after the other out of the bytes of one connection (RFC 9112): head, then a body by
 * content-length, in chunks, or until the connection closes. Interim responses (1xx) are skipped.
 * Neighbours: http-connection.ts feeds it; an HttpExchange receives what it finds.
 * Guarantee: never holds more than headBytesMax; what is not HTTP/1.1 is an error, never a guess.
 */
export const headBytesMax = 16 * 1024;
const chunkLineBytesMax = 256;
const knownBytesMax = 512;

/** Lower-case names of the headers that somebody here reads; the others are skipped. */
export interface ResponseHeaders {
  readonly contentLength: number | undefined;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly retryAfter: string | undefined;
  readonly location: string | undefined;
}

export interface ResponseSink {
  /** True once nobody wants the rest: the parser stops where it is. */
  readonly isOver: boolean;
  onHead(status: number, headers: ResponseHeaders): void;
  /** The bytes are only valid during the call. */
  onBody(bytes: Buffer): void;
}

export type HttpProtocolErrorCode = "NOT_HTTP" | "CLOSED" | "CONNECT_TIMEOUT" | "READ_TIMEOUT";

export class HttpProtocolError extends Error {
  readonly code: HttpProtocolErrorCode;

  constructor(code: HttpProtocolErrorCode, message: string) {
    super(message);
    this.name = "HttpProtocolError";
    this.code = code;
  }
}

type Phase = "head" | "sized" | "chunk-line" | "chunk-data" | "chunk-end" | "trailers" | "until-close";

/** What one response's head says about its body and its connection. */
class Head implements ResponseHeaders {
  contentLength: number | undefined = undefined;
  contentType: string | undefined = undefined;
  contentEncoding: string | undefined = undefined;
  retryAfter: string | undefined = undefined;
  location: string | undefined = undefined;
  transferEncoding: string | undefined = undefined;
  status = 0;
  keepsAlive = true;
  keepAliveMs: number | undefined = undefined;
}

const noBytes = Buffer.alloc(0);
const start = "HTTP/1.";

export class HttpResponseParser {
  /** Of the response that ended last: whether the connection may carry another, and for how long the server keeps it. */
  keepsAlive = true;
  keepAliveMs: number | undefined = undefined;
  private phase: Phase = "head";
  private head: Head | undefined = undefined;
  private pending: Buffer = noBytes;
  private left = 0;
  private begun = false;
  /** A server begins one reply after the other with the same bytes, but for the second and a length: the head that was read last. */
  private knownHead: Head | undefined = undefined;
  private knownBytes: Buffer = noBytes;
  private knownLength = 0;

  /** True once a byte of the response came. */
  get hasBegun(): boolean {
    return this.begun;
  }

  /** True when the end of the connection is the end of the body. */
  get endsWithConnection(): boolean {
    return this.phase === "until-close";
  }

  /**
   * Takes `bytes[0, length)`. Returns how many belong to the response when it has ended in them, undefined while it goes on.
   * Throws HttpProtocolError NOT_HTTP.
   */
  push(bytes: Buffer, length: number, sink: ResponseSink): number | undefined {
    this.begun = true;
    let at = 0;
    while (!sink.isOver) {
      if (this.phase === "head") {
        const next = this.readHead(bytes, at, length);
        if (next === undefined) return undefined;
        at = next;
        if (this.head !== undefined) sink.onHead(this.head.status, this.head);
        this.head = undefined;
        if (this.isComplete) return this.ended(at);
        continue;
      }
      if (at >= length) return undefined;
      if (this.phase === "sized" || this.phase === "until-close" || this.phase === "chunk-data") {
        const size = this.phase === "until-close" ? length - at : Math.min(this.left, length - at);
        sink.onBody(bytes.subarray(at, at + size));
        at += size;
        this.left -= size;
        if (this.phase === "sized" && this.left === 0) return this.ended(at);
        if (this.phase === "chunk-data" && this.left === 0) this.phase = "chunk-end";
        continue;
      }
      const next = this.readChunkLine(bytes, at, length);
      if (next === undefined) return undefined;
      at = next;
      if (this.isBetween) return this.ended(at);
    }
    return undefined;
  }

  private get isBetween(): boolean {
    return this.phase === "head";
  }

  private get isComplete(): boolean {
    return this.phase === "sized" && this.left === 0;
  }

  private ended(at: number): number {
    this.phase = "head";
    this.pending = noBytes;
    this.begun = false;
    return at;
  }

  /** Returns where the body begins, `head` set unless it was an interim response; undefined: more bytes are needed. */
  private readHead(bytes: Buffer, from: number, length: number): number | undefined {
    const kept = this.pending.length;
    if (kept === 0 && this.knownHead !== undefined && this.beginsAsKnown(bytes, from, length)) {
      this.enterBody(this.knownHead);
      this.head = this.knownHead;
      return from + this.knownLength;
    }
    const whole = kept === 0 ? bytes : Buffer.concat([this.pending, bytes.subarray(from, length)]);
    const wholeFrom = kept === 0 ? from : 0;
    const wholeEnd = kept === 0 ? length : whole.length;
    this.refuseForeign(whole, wholeFrom, wholeEnd);
    const end = whole.indexOf("\r\n\r\n", wholeFrom, "latin1");
    if (end < 0 || end + 4 > wholeEnd) {
      if (wholeEnd - wholeFrom > headBytesMax) throw new HttpProtocolError("NOT_HTTP", `a head of more than ${headBytesMax} bytes`);
      this.pending = kept === 0 ? Buffer.from(whole.subarray(wholeFrom, wholeEnd)) : whole;
      return undefined;
    }
    this.pending = noBytes;
    const head = parseHead(whole.toString("latin1", wholeFrom, end));
    const next = kept === 0 ? end + 4 : end + 4 - kept + from;
    // An interim response: the real one follows.
    if (head.status < 200) return this.interim(head.status, next, length);
    this.enterBody(head);
    this.head = head;
    this.know(head, whole.subarray(wholeFrom, end + 4));
    return next;
  }

  private beginsAsKnown(bytes: Buffer, from: number, length: number): boolean {
    const { knownBytes, knownLength } = this;
    return from + knownLength <= length && bytes.compare(knownBytes, 0, knownLength, from, from + knownLength) === 0;
  }

  /** Not one with chunks, whose length is taken back when its body begins. */
  private know(head: Head, bytes: Buffer): void {
    this.knownHead = undefined;
    if (bytes.length > knownBytesMax || head.transferEncoding !== undefined) return;
    if (this.knownBytes.length < bytes.length) this.knownBytes = Buffer.allocUnsafeSlow(knownBytesMax);
    this.knownLength = bytes.copy(this.knownBytes);
    this.knownHead = head;
  }

  private interim(status: number, next: number, length: number): number | undefined {
    if (status === 101) throw new HttpProtocolError("NOT_HTTP", "it switched to a protocol that was not asked for");
    this.phase = "head";
    return next < length ? next : undefined;
  }

  /** Tells at the first bytes, before a line end comes: what speaks otherwise may never send one. */
  private refuseForeign(bytes: Buffer, from: number, end: number): void {
    const seen = Math.min(end - from, start.length);
    for (let index = 0; index < seen; index++) {
      if (bytes[from + index] !== start.charCodeAt(index))
        throw new HttpProtocolError(
          "NOT_HTTP",
          `it began with ${JSON.stringify(bytes.toString("latin1", from, Math.min(end, from + 24)))}`,
        );
    }
  }

  private enterBody(head: Head): void {
    this.keepsAlive = head.keepsAlive;
    this.keepAliveMs = head.keepAliveMs;
    this.left = 0;
    if (head.status === 204 || head.status === 304) {
      this.phase = "sized";
      return;
    }
    if (head.transferEncoding !== undefined) {
      if (head.transferEncoding.toLowerCase() !== "chunked")
        throw new HttpProtocolError("NOT_HTTP", `transfer-encoding ${head.transferEncoding}, only chunked is known`);
      // Both lengths at once is how responses are smuggled: this connection carries no other.
      if (head.contentLength !== undefined) this.keepsAlive = false;
      head.contentLength = undefined;
      this.phase = "chunk-line";
      return;
    }
    if (head.contentLength !== undefined) {
      this.phase = "sized";
      this.left = head.contentLength;
      return;
    }
    this.phase = "until-close";
    this.keepsAlive = false;
  }

  /** A size line, the line end after a chunk, or a trailer line; the phase becomes "head" when the response has ended. */
  private readChunkLine(bytes: Buffer, from: number, length: number): number | undefined {
    const kept = this.pending.length;
    const feed = bytes.indexOf(0x0a, from);
    if (feed < 0 || feed >= length) {
      if (kept + length - from > chunkLineBytesMax) throw new HttpProtocolError("NOT_HTTP", "a chunk's size line without end");
      this.pending = Buffer.concat([this.pending, bytes.subarray(from, length)]);
      return undefined;
    }
    const line = (this.pending.toString("latin1") + bytes.toString("latin1", from, feed)).replace(/\r$/, "");
    this.pending = noBytes;
    if (this.phase === "chunk-end") {
      if (line !== "") throw new HttpProtocolError("NOT_HTTP", "a chunk that is longer than its size");
      this.phase = "chunk-line";
    } else if (this.phase === "trailers") {
      if (line === "") this.phase = "head";
    } else {
      const size = /^([0-9a-fA-F]{1,8})[ \t]*(?:;.*)?$/.exec(line)?.[1];
      if (size === undefined) throw new HttpProtocolError("NOT_HTTP", `a chunk of size ${JSON.stringify(line.slice(0, 24))}`);
      this.left = Number.parseInt(size, 16);
      this.phase = this.left === 0 ? "trailers" : "chunk-data";
    }
    return feed + 1;
  }
}

function parseHead(text: string): Head {
  const head = new Head();
  let lineEnd = text.indexOf("\r\n");
  if (lineEnd < 0) lineEnd = text.length;
  // "HTTP/1.1 200 OK": the version's last digit, then the status.
  head.status = Number(text.slice(9, 12));
  const minor = text.charCodeAt(7) - 0x30;
  const afterStatus = text.charCodeAt(12);
  const statusEnds = lineEnd === 12 || afterStatus === 0x20;
  if (!(minor === 0 || minor === 1) || text.charCodeAt(8) !== 0x20 || !statusEnds || !(head.status >= 100 && head.status <= 999))
    throw new HttpProtocolError("NOT_HTTP", `a status line ${JSON.stringify(text.slice(0, Math.min(lineEnd, 40)))}`);
  head.keepsAlive = minor === 1;
  let from = lineEnd + 2;
  while (from < text.length) {
    let end = text.indexOf("\r\n", from);
    if (end < 0) end = text.length;
    readHeader(head, text, { from, end });
    from = end + 2;
  }
  return head;
}

function readHeader(head: Head, text: string, line: { from: number; end: number }): void {
  const colon = text.indexOf(":", line.from);
  if (colon < 0 || colon >= line.end || colon === line.from)
    throw new HttpProtocolError("NOT_HTTP", `a header line ${JSON.stringify(text.slice(line.from, Math.min(line.end, line.from + 40)))}`);
  // The lengths of the names that are read; the others need no lower case.
  switch (colon - line.from) {
    case 8:
    case 10:
    case 11:
    case 12:
    case 14:
    case 16:
    case 17:
      return keepHeader(head, text.slice(line.from, colon).toLowerCase(), text.slice(colon + 1, line.end).trim());
    default:
      return;
  }
}

function keepHeader(head: Head, name: string, value: string): void {
  switch (name) {
    case "content-length": {
      const length = /^\d{1,15}$/.test(value) ? Number(value) : -1;
      if (length < 0 || (head.contentLength !== undefined && head.contentLength !== length))
        throw new HttpProtocolError("NOT_HTTP", `content-length ${JSON.stringify(value.slice(0, 40))}`);
      head.contentLength = length;
      return;
    }
    case "content-type":
      head.contentType = value;
      return;
    case "content-encoding":
      head.contentEncoding = value;
      return;
    case "retry-after":
      head.retryAfter = value;
      return;
    case "location":
      head.location = value;
      return;
    case "transfer-encoding":
      head.transferEncoding = head.transferEncoding === undefined ? value : `${head.transferEncoding}, ${value}`;
      return;
    case "connection":
      return connectionHeader(head, value.toLowerCase());
    case "keep-alive": {
      const seconds = /(?:^|[\s,;])timeout=(\d{1,9})/i.exec(value)?.[1];
      if (seconds !== undefined) head.keepAliveMs = Number(seconds) * 1000;
      return;
    }
    default:
      return;
  }
}

function connectionHeader(head: Head, value: string): void {
  if (value === "keep-alive") head.keepsAlive = true;
  else if (value.split(",").some((token) => token.trim() === "close")) head.keepsAlive = false;
}
