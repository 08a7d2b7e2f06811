/**
 * HttpResponseParser: parses the HTTP/1.1 responses of one connection, one after the other (RFC 9112): head, then a body by content-length,
 * in chunks, or until the connection closes. A bounded number of interim responses (1xx) is skipped. Neighbours: http-response-head.ts
 * reads a head; http-connection.ts feeds it; an HttpExchange receives what it finds. Guarantee: never holds more than headBytesMax; what is
 * not HTTP/1.1 is an error, never a guess; a response ends only where its own length says so.
 */
import { HttpProtocolError, parseHead, type ResponseHead, type ResponseHeaders } from "./http-response-head.ts";

export { HttpProtocolError, type ResponseHeaders } from "./http-response-head.ts";

export const headBytesMax = 16 * 1024;
/** The longest size line of a chunk, with its extensions. */
const chunkLineBytesMax = 256;
const trailerBytesMax = headBytesMax;
const interimResponsesMax = 16;
const knownBytesMax = 512;

export interface ResponseSink {
  /** True once nobody wants the rest, so that the parser stops. */
  readonly isOver: boolean;
  onHead(status: number, headers: ResponseHeaders): void;
  /** A piece of the body: bytes[from, to), valid only during the call. */
  onBody(bytes: Buffer, from: number, to: number): void;
}

type Phase = "head" | "sized" | "chunk-line" | "chunk-data" | "chunk-end" | "trailers" | "until-close";

/** The parts of a line between chunks: the size, blanks after it, its extensions or another text, and the line feed. */
type LinePart = "digits" | "blanks" | "text" | "line-feed";

const chunkDigitsMax = 8;
const noBytes = Buffer.alloc(0);
const start = "HTTP/1.";

export class HttpResponseParser {
  /** About the last response that ended: its status, whether the connection may carry another one, and how long the server keeps it. */
  status = 0;
  keepsAlive = true;
  keepAliveMs: number | undefined = undefined;
  private phase: Phase = "head";
  private head: ResponseHead | undefined = undefined;
  private pending: Buffer = noBytes;
  /** How many bytes of the body, or of the chunk, are still to come. */
  private left = 0;
  private interims = 0;
  /** The state of the line between chunks that is being read. */
  private lineBytes = 0;
  private linePart: LinePart = "digits";
  private digits = 0;
  private trailerBytes = 0;
  /** The last head, with its bytes. Servers repeat the same head except for the time and the length, so it need not be parsed again. */
  private knownHead: ResponseHead | undefined = undefined;
  private knownBytes: Buffer = noBytes;
  private knownLength = 0;

  /** True between the first byte of a response and its last; interim ones that are over do not count. */
  get isMidway(): boolean {
    return this.phase !== "head" || this.pending.length > 0;
  }

  /** True once the head was read, until the response ends. */
  get isInBody(): boolean {
    return this.phase !== "head";
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
        const end = this.phase === "until-close" ? length : Math.min(at + this.left, length);
        sink.onBody(bytes, at, end);
        this.left -= end - at;
        at = end;
        if (this.phase === "sized" && this.left === 0) return this.ended(at);
        if (this.phase === "chunk-data" && this.left === 0) this.enter("chunk-end");
        continue;
      }
      at = this.readBetween(bytes, at, length);
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
    this.interims = 0;
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
  private know(head: ResponseHead, bytes: Buffer): void {
    this.knownHead = undefined;
    if (bytes.length > knownBytesMax || head.transferEncoding !== undefined) return;
    if (this.knownBytes.length < bytes.length) this.knownBytes = Buffer.allocUnsafeSlow(knownBytesMax);
    this.knownLength = bytes.copy(this.knownBytes);
    this.knownHead = head;
  }

  private interim(status: number, next: number, length: number): number | undefined {
    if (status === 101) throw new HttpProtocolError("NOT_HTTP", "it switched to a protocol that was not asked for");
    if (++this.interims > interimResponsesMax)
      throw new HttpProtocolError("NOT_HTTP", `more than ${interimResponsesMax} interim responses`);
    this.phase = "head";
    return next < length ? next : undefined;
  }

  /** Refuses bytes that do not begin like HTTP at once, because another protocol may never send a line end. */
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

  private enterBody(head: ResponseHead): void {
    const { status, transferEncoding, contentLength } = head;
    this.status = status;
    this.keepsAlive = head.keepsAlive;
    this.keepAliveMs = head.keepAliveMs;
    this.left = 0;
    if (status === 204 || status === 304) {
      // Some servers send a body here all the same, which must not be read as the reply to another request.
      this.keepsAlive = false;
      if (status === 204 && (transferEncoding !== undefined || (contentLength ?? 0) > 0))
        throw new HttpProtocolError("NOT_HTTP", "a body after status 204, which has none");
      this.phase = "sized";
      return;
    }
    if (transferEncoding !== undefined) {
      if (transferEncoding.toLowerCase() !== "chunked")
        throw new HttpProtocolError(
          "NOT_HTTP",
          `transfer-encoding ${JSON.stringify(transferEncoding.slice(0, 40))}, only chunked is known`,
        );
      if (contentLength !== undefined) throw new HttpProtocolError("NOT_HTTP", "content-length and transfer-encoding at once");
      this.trailerBytes = 0;
      this.enter("chunk-line");
      return;
    }
    if (contentLength !== undefined) {
      this.phase = "sized";
      this.left = contentLength;
      return;
    }
    this.phase = "until-close";
    this.keepsAlive = false;
  }

  private enter(phase: "chunk-line" | "chunk-data" | "chunk-end" | "trailers"): void {
    this.phase = phase;
    if (phase === "chunk-data") return;
    this.lineBytes = 0;
    this.linePart = phase === "chunk-line" ? "digits" : "text";
    if (phase !== "chunk-line") return;
    this.digits = 0;
    this.left = 0;
  }

  /**
   * Reads byte by byte what stands between chunks: a size line, the line end after a chunk, or trailer lines, which are dropped. Returns
   * where it stopped; the phase becomes "head" when the response has ended.
   */
  private readBetween(bytes: Buffer, from: number, length: number): number {
    for (let at = from; at < length; at++) {
      const byte = bytes[at] ?? 0;
      if (this.linePart === "line-feed") {
        if (byte !== 0x0a) throw new HttpProtocolError("NOT_HTTP", "a carriage return without line feed between chunks");
        this.lineEnded();
        return at + 1;
      }
      if (byte === 0x0d) {
        if (this.phase === "chunk-line" && this.digits === 0) throw this.wrongSize(byte);
        this.linePart = "line-feed";
      } else this.readLineByte(byte);
    }
    return length;
  }

  private readLineByte(byte: number): void {
    this.lineBytes++;
    if (byte === 0x0a) throw new HttpProtocolError("NOT_HTTP", "a line feed without carriage return between chunks");
    if (this.phase === "chunk-end") throw new HttpProtocolError("NOT_HTTP", "a chunk that is longer than its size");
    if (this.phase === "trailers") {
      if (++this.trailerBytes > trailerBytesMax) throw new HttpProtocolError("NOT_HTTP", `trailers of more than ${trailerBytesMax} bytes`);
      return;
    }
    if (this.lineBytes > chunkLineBytesMax) throw new HttpProtocolError("NOT_HTTP", "a chunk's size line without end");
    if (this.linePart === "text") return;
    const digit = this.linePart === "digits" ? hexadecimal(byte) : -1;
    if (digit >= 0 && this.digits < chunkDigitsMax) {
      this.digits++;
      this.left = this.left * 16 + digit;
    } else if (this.digits > 0 && byte === 0x3b) this.linePart = "text";
    else if (this.digits > 0 && (byte === 0x20 || byte === 0x09)) this.linePart = "blanks";
    else throw this.wrongSize(byte);
  }

  private wrongSize(byte: number): HttpProtocolError {
    return new HttpProtocolError("NOT_HTTP", `a chunk's size with ${JSON.stringify(String.fromCharCode(byte))} in it`);
  }

  private lineEnded(): void {
    if (this.phase === "chunk-end") this.enter("chunk-line");
    else if (this.phase === "chunk-line") this.enter(this.left === 0 ? "trailers" : "chunk-data");
    else if (this.lineBytes === 0) this.phase = "head";
    else this.enter("trailers");
  }
}

function hexadecimal(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
