/**
 * FrameReader: finds the parts in the body of a frame's reply, in any order and however the bytes are cut. Neighbours: frame-format.ts says
 * what a part is; http-frame.ts and the simulator's frames are told of parts. Guarantee: each part ends at most once, and only when all its
 * bytes came. An unknown or repeated index, a part beyond the bound and bytes after the last part are errors. Holds no body, and at most
 * linesBytesMax of lines.
 */
import { HttpProtocolError, parseHeaderLines, type ResponseHeaders } from "./http-response-head.ts";

export interface FramePartSink {
  onPart(index: number, status: number, headers: ResponseHeaders): void;
  /** A piece of the current part's body: bytes[from, to), valid only during the call. */
  onPartBody(bytes: Buffer, from: number, to: number): void;
  /** The current part is complete. */
  onPartEnd(): void;
}

/** The most bytes of one part's header lines (`signalbox-outcome` and `retry-after`). */
const linesBytesMax = 1024;
const varintBytesMax = 5;
const numbersOfHead = 4;
const octets = "application/octet-stream";

export interface FrameReaderOptions {
  readonly parts: number;
  /** The most bytes that all parts with their heads may have. */
  readonly bytesMax: number;
}

export class FrameReader {
  readonly #options: FrameReaderOptions;
  readonly #sink: FramePartSink;
  readonly #seen = new Set<number>();
  /** The head of the part that is being read: index, status, length of lines, length of body. */
  readonly #head: number[] = [];
  #value = 0;
  #valueBytes = 0;
  #announcedBytes = 0;
  #lines = "";
  #linesLeft = 0;
  #bodyLeft = 0;
  #inBody = false;
  #ended = 0;

  constructor(options: FrameReaderOptions, sink: FramePartSink) {
    this.#options = options;
    this.#sink = sink;
  }

  /** True when every part came completely, and nothing else. */
  get isComplete(): boolean {
    return this.#ended === this.#options.parts;
  }

  /** Throws HttpProtocolError FRAME; nothing may be pushed after it. */
  push(bytes: Buffer, from: number, to: number): void {
    let at = from;
    while (at < to) {
      if (this.isComplete) throw wrong(`${to - at} bytes more than its ${this.#options.parts} parts`);
      if (this.#inBody) at = this.#readBody(bytes, at, to);
      else if (this.#linesLeft > 0) at = this.#readLines(bytes, at, to);
      else this.#readNumber(bytes[at++] ?? 0);
    }
  }

  #readNumber(byte: number): void {
    if (++this.#valueBytes > varintBytesMax) throw wrong("a number of more than 5 bytes");
    this.#value += (byte & 0x7f) * 2 ** (7 * (this.#valueBytes - 1));
    if (byte >= 0x80) return;
    this.#head.push(this.#value);
    this.#value = 0;
    this.#valueBytes = 0;
    if (this.#head.length === numbersOfHead) this.#begin();
  }

  #begin(): void {
    const [index = 0, status = 0, linesBytes = 0, bodyBytes = 0] = this.#head;
    const { parts, bytesMax } = this.#options;
    if (index >= parts) throw wrong(`part ${index} of a frame of ${parts}`);
    if (this.#seen.has(index)) throw wrong(`part ${index} twice`);
    if (status < 200 || status > 599) throw wrong(`part ${index} with status ${status}`);
    if (linesBytes > linesBytesMax) throw wrong(`part ${index} with ${linesBytes} bytes of lines, at most ${linesBytesMax}`);
    this.#announcedBytes += linesBytes + bodyBytes;
    if (this.#announcedBytes > bytesMax) throw wrong(`parts of more than ${bytesMax} bytes`);
    this.#seen.add(index);
    this.#lines = "";
    this.#linesLeft = linesBytes;
    this.#bodyLeft = bodyBytes;
    if (linesBytes === 0) this.#beginBody();
  }

  #readLines(bytes: Buffer, at: number, to: number): number {
    const end = Math.min(to, at + this.#linesLeft);
    this.#lines += bytes.toString("latin1", at, end);
    this.#linesLeft -= end - at;
    if (this.#linesLeft === 0) this.#beginBody();
    return end;
  }

  #beginBody(): void {
    const [index = 0, status = 0] = this.#head;
    const said = this.#lines === "" ? undefined : linesOf(this.#lines);
    this.announce(index, status, {
      contentLength: this.#bodyLeft,
      contentType: said?.contentType ?? octets,
      contentEncoding: undefined,
      retryAfter: said?.retryAfter,
      location: undefined,
      outcome: said?.outcome,
      frames: undefined,
    });
    this.#inBody = true;
    if (this.#bodyLeft === 0) this.#end();
  }

  private announce(index: number, status: number, headers: ResponseHeaders): void {
    this.#sink.onPart(index, status, headers);
  }

  #readBody(bytes: Buffer, at: number, to: number): number {
    const end = Math.min(to, at + this.#bodyLeft);
    this.#sink.onPartBody(bytes, at, end);
    this.#bodyLeft -= end - at;
    if (this.#bodyLeft === 0) this.#end();
    return end;
  }

  #end(): void {
    this.#head.length = 0;
    this.#inBody = false;
    this.#ended++;
    this.#sink.onPartEnd();
  }
}

function linesOf(text: string): ResponseHeaders {
  try {
    return parseHeaderLines(text);
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error));
  }
}

function wrong(what: string): HttpProtocolError {
  return new HttpProtocolError("FRAME", what);
}
