/**
 * HttpFrame: several calls in one POST, as one exchange of a pool. Each call hears of its part as it would hear of a reply of its own, so that it
 * ends with the same outcome, by its own clock, and as soon as its part is whole.
 * Neighbours: frame-lane.ts makes one; frame-reader.ts finds the parts; transport-http-call.ts is one call.
 * Guarantee: a part that came whole counts, whatever becomes of the others; those that are open when the connection breaks end by that one
 * event, which the engine counts once. What another kind of answer says of frames costs nobody anything: the calls go singly.
 */
import { encodeFrame, isFrameType } from "./frame-format.ts";
import { FrameReader, type FramePartSink } from "./frame-reader.ts";
import type { InvocationRequest } from "../../model/invocation.ts";
import type { ExchangeCarrier, HttpExchange } from "./http-connection.ts";
import { HttpProtocolError, type ResponseHeaders } from "./http-response-head.ts";
import type { HttpCall } from "./transport-http-call.ts";

/** Beside its reply: its lines, or the text of a refusal. */
const partExtraBytesMax = 64 * 1024;
let framesMade = 0;

/**
 * What the answer is. frame: parts. refusal: of what stands before the functions, for each call alike. other: whoever answered takes no frames.
 */
type AnswerKind = "none" | "frame" | "refusal" | "other";

/** A call and what it is made from. */
export interface FramedCall {
  readonly call: HttpCall;
  readonly request: InvocationRequest;
  /** Head of a request of its own. */
  readonly head: Uint8Array;
}

/** The way that it goes (FrameLane). */
export interface FrameWay {
  readonly options: {
    /** Head of a frame, before the number of content-length. */
    readonly frameHead: Uint8Array;
    readonly payloadBytesMax: number;
    readonly readTimeoutMs: number;
  };
  /** By itself, at once. */
  single(framed: FramedCall): void;
  /** It did not read a frame, or answered one in a way that cannot be read. */
  notUnderstood(): void;
}

export interface HttpFrameOptions {
  readonly lane: FrameWay;
  readonly calls: readonly FramedCall[];
  /** Their requests. */
  readonly parts: readonly Uint8Array[];
}

const noBytes = Buffer.alloc(0);

export class HttpFrame implements HttpExchange, FramePartSink {
  /** Once it is sent. */
  bytes: Buffer = noBytes;
  readonly #lane: FrameWay;
  /** Which failures were one event: the engine counts it once. */
  readonly #event = ++framesMade;
  #calls: readonly FramedCall[];
  #parts: readonly Uint8Array[];
  #connection: ExchangeCarrier | undefined;
  #reader: FrameReader | undefined;
  /** Whose part comes now. */
  #answering: HttpCall | undefined;
  /** Nothing is heard of these for so long: the silence of others ends with a part of theirs. */
  readonly #silent = new Set<number>();
  #silentUntilMs = Number.POSITIVE_INFINITY;
  #answer: AnswerKind = "none";
  #otherBytes = 0;
  #isEarly = false;
  #isDone = false;

  constructor({ lane, calls, parts }: HttpFrameOptions) {
    this.#lane = lane;
    this.#calls = calls;
    this.#parts = parts;
    for (const { call } of calls) call.carriedBy(this);
  }

  /** Nobody waits for what may still come. */
  get isOver(): boolean {
    if (this.#isDone) return true;
    return this.#reader?.isComplete !== true && this.#open.length === 0;
  }

  get deadlineMs(): number {
    let earliest = Number.POSITIVE_INFINITY;
    for (const [index, { call }] of this.#calls.entries()) if (!call.isOver) earliest = Math.min(earliest, this.#deadlineOf(index, call));
    return earliest;
  }

  expire(): void {
    const nowMs = performance.now();
    for (const [index, { call }] of this.#calls.entries()) {
      if (call.isOver || this.#deadlineOf(index, call) > nowMs) continue;
      if (call.deadlineMs <= nowMs) call.expire();
      else call.silent();
    }
    this.destroy();
  }

  /** Some call of it was given up: the connection ends with the last one. */
  destroy(): void {
    if (this.isOver) this.#connection?.destroy();
  }

  /** Those that were given up meanwhile are not in it. */
  onSent(connection: ExchangeCarrier): void {
    const kept = this.#calls.map(({ call }) => !call.isOver);
    this.bytes = encodeFrame(
      this.#lane.options.frameHead,
      this.#parts.filter((_, index) => kept[index]),
    );
    this.#calls = this.#calls.filter((_, index) => kept[index]);
    this.#parts = [];
    this.#connection = connection;
    this.#silentUntilMs = performance.now() + this.#lane.options.readTimeoutMs;
    for (const index of this.#calls.keys()) this.#silent.add(index);
  }

  onHead(status: number, headers: ResponseHeaders): void {
    // A part of a reply that began before its request was written must not count, and parts count as they come.
    this.#isEarly = this.#connection?.isWriting === true;
    this.#answer = kindOf(status, headers);
    if (this.#answer === "frame") {
      const parts = this.#calls.length;
      this.#reader = new FrameReader({ parts, bytesMax: parts * (this.#lane.options.payloadBytesMax + partExtraBytesMax) }, this);
    } else if (this.#answer === "refusal")
      for (const { call } of this.#open) {
        call.event = this.#event;
        call.onHead(status, headers);
      }
  }

  onBody(bytes: Buffer, from: number, to: number): void {
    if (this.#answer === "refusal") for (const { call } of this.#open) call.onBody(bytes, from, to);
    else if (this.#answer === "other") this.#skip(to - from);
    else if (!this.#isEarly) this.#reader?.push(bytes, from, to);
  }

  onPart(index: number, status: number, headers: ResponseHeaders): void {
    this.#silent.delete(index);
    this.#answering = this.#calls[index]?.call;
    this.#answering?.onHead(status, headers);
  }

  onPartBody(bytes: Buffer, from: number, to: number): void {
    this.#answering?.onBody(bytes, from, to);
  }

  onPartEnd(): void {
    this.#answering?.onEnd();
  }

  onEnd(): void {
    if (this.#isDone) return;
    const { isComplete } = this.#reader ?? {};
    if (this.#answer === "refusal") this.#end(({ call }) => call.onEnd());
    else if (this.#answer === "other") this.#sendSingly();
    else if (isComplete !== true) this.onError(new HttpProtocolError("FRAME", "it ended before its last part"));
    this.#isDone = true;
  }

  onClosed(): void {
    if (this.#answer === "refusal") this.#end(({ call }) => call.onClosed());
    else if (this.#answer === "other") this.#sendSingly();
    else if (this.#reader?.isComplete !== true) this.onError(new HttpProtocolError("CLOSED", "the other side closed"));
    this.#isDone = true;
  }

  onEarly(error: Error): void {
    if (this.#answer === "refusal") this.#end(({ call }) => call.onEarly(error));
    else if (this.#answer === "other") this.#sendSingly();
    else this.onError(error);
    this.#isDone = true;
  }

  onError(error: Error): void {
    if (error instanceof HttpProtocolError && error.code === "FRAME") this.#lane.notUnderstood();
    this.#end(({ call }) => call.onError(error));
    this.#isDone = true;
  }

  get #open(): readonly FramedCall[] {
    return this.#calls.filter(({ call }) => !call.isOver);
  }

  #deadlineOf(index: number, call: { readonly deadlineMs: number }): number {
    return this.#silent.has(index) ? Math.min(call.deadlineMs, this.#silentUntilMs) : call.deadlineMs;
  }

  /** All that is open ends by one event. */
  #end(tell: (framed: FramedCall) => void): void {
    for (const framed of this.#open) {
      framed.call.carriedBy(undefined);
      framed.call.event = this.#event;
      tell(framed);
    }
  }

  /** Nothing of it ran: it is asked again, each call by itself and within the time that it has left. */
  #sendSingly(): void {
    this.#lane.notUnderstood();
    for (const framed of this.#open) {
      framed.call.carriedBy(undefined);
      this.#lane.single(framed);
    }
  }

  #skip(bytes: number): void {
    this.#otherBytes += bytes;
    if (this.#otherBytes > this.#lane.options.payloadBytesMax) throw new HttpProtocolError("FRAME", "an answer without end, and no frame");
  }
}

function kindOf(status: number, { contentType, contentEncoding }: ResponseHeaders): AnswerKind {
  if (status === 200 && isFrameType(contentType) && contentEncoding === undefined) return "frame";
  return status === 429 || status === 502 || status === 503 || status === 504 ? "refusal" : "other";
}
