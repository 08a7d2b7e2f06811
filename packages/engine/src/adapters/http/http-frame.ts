/**
 * HttpFrame: several calls in one POST, as one exchange of a pool. Each call is told of its part as if it were a reply of its own, so it
 * ends with the same outcome, by its own clock, and as soon as its part is complete. Neighbours: frame-lane.ts makes one; frame-reader.ts
 * finds the parts; transport-http-call.ts is one call. Guarantee: a part that came completely counts, whatever happens to the others. Calls
 * that are open when the connection breaks end by one event, which the engine counts as one failure. When the server does not understand
 * frames, no call loses anything: all of them are sent singly.
 */
import { encodeFrame, isFrameType } from "./frame-format.ts";
import { FrameReader, type FramePartSink } from "./frame-reader.ts";
import type { InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { ExchangeCarrier, HttpExchange } from "./http-connection.ts";
import { HttpProtocolError, type ResponseHeaders } from "./http-response-head.ts";
import type { HttpCall } from "./transport-http-call.ts";

/** What a part may have beside its reply: header lines, or the text of a refusal. */
const partExtraBytesMax = 64 * 1024;
let framesMade = 0;

/**
 * The kind of answer. frame: parts. refusal: something before the functions (a proxy, a gateway) refused, which counts for each call.
 * other: the server takes no frames.
 */
type AnswerKind = "none" | "frame" | "refusal" | "other";

/** A call with what its request is made from. */
export interface FramedCall {
  readonly call: HttpCall;
  readonly request: InvocationRequest;
  /** The head for sending it as a plain request. */
  readonly head: Uint8Array;
}

/** What a frame needs of its FrameLane. */
export interface FrameWay {
  readonly options: {
    /** The head of a frame up to the number of content-length. */
    readonly frameHead: Uint8Array;
    readonly payloadBytesMax: number;
    readonly readTimeoutMs: number;
  };
  /** Sends a call singly, at once. */
  single(framed: FramedCall): void;
  /** The server did not understand a frame, or its answer cannot be read. */
  notUnderstood(): void;
}

export interface HttpFrameOptions {
  readonly lane: FrameWay;
  readonly calls: readonly FramedCall[];
  /** The encoded requests of the calls. */
  readonly parts: readonly Uint8Array[];
}

const noBytes = Buffer.alloc(0);

export class HttpFrame implements HttpExchange, FramePartSink {
  /** Set when the frame is sent. */
  bytes: Buffer = noBytes;
  readonly #lane: FrameWay;
  /** Marks failures that were one event, so that the engine counts them once. */
  readonly #event = ++framesMade;
  #calls: readonly FramedCall[];
  #parts: readonly Uint8Array[];
  #connection: ExchangeCarrier | undefined;
  #reader: FrameReader | undefined;
  /** The call whose part is being read. */
  #answering: HttpCall | undefined;
  /** Indexes of calls of which no part has come yet; for these the read timeout runs. */
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

  /** True when nobody waits for what may still come. */
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

  /** Called when one of its calls was given up; the last one ends the connection. */
  destroy(): void {
    if (this.isOver) this.#connection?.destroy();
  }

  /** Encodes the frame without the calls that were given up while it waited. */
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
    // Parts count as they come, so a reply that began before its request was written must not be read at all.
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

  /** Ends all open calls by one event. */
  #end(tell: (framed: FramedCall) => void): void {
    for (const framed of this.#open) {
      framed.call.carriedBy(undefined);
      framed.call.event = this.#event;
      tell(framed);
    }
  }

  /** No function ran, so each open call is sent again singly, within the time that it has left. */
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
