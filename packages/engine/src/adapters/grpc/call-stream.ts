/**
 * CallStream: all calls to one server over one stream, signalbox.v1.Function/Stream. The calls of one turn of the event loop go out in one
 * piece, and answers come back in any order. Neighbours: transport-grpc.ts opens one for each session and falls back to unary calls;
 * stream-frames.ts has the bytes, answer-reader.ts the messages, http/reply-call.ts the clock and the end of each call. Guarantee: every
 * call ends once, whatever happens to the stream: with its answer, with a failure that says why, or handed back to be sent again.
 */
import type { ClientHttp2Stream, IncomingHttpHeaders } from "node:http2";
import type { EndpointSpec } from "@signalbox/runtime/model/endpoint-spec";
import type { Failure } from "@signalbox/runtime/model/failure";
import type { Appended } from "../http/reply-body.ts";
import type { Http2Session } from "../http/http2-sessions.ts";
import { ReplyCall, type CallOwner } from "../http/reply-call.ts";
import type { ReplyMemory } from "../http/reply-memory.ts";
import { connectionFailure, makeFailure, malformedReply, replyBeyondMemory, replyMemoryFull, replyTooLarge } from "../transport-failure.ts";
import { statusFailure, wrongContentType } from "../status-failure.ts";
import { AnswerReader } from "./answer-reader.ts";
import { callHeaders, messageHead } from "./grpc-message.ts";
import { decodedMessage, refusedWith } from "./grpc-refusal.ts";
import { type AnswerFrame, type CallFrame, decodeAnswers, firstAnswerId, NotAnswers, encodeCalls } from "./stream-frames.ts";

const streamPath = "/signalbox.v1.Function/Stream";
/** How many bytes a message may have beside one answer of the largest size. */
const aroundAnswersBytes = 1024 * 1024;
/** Smaller replies are decoded in place. */
const readInPlaceBytes = 16 * 1024;
const watchEveryMs = 200;
const idMax = 2 ** 40;
const unimplemented = 12;
const retryAfterMsMax = 24 * 60 * 60 * 1000;

/** A call that is handed back, because the server did nothing for it. `unary`: the server has no such stream. */
export type Again = { readonly kind: "again" | "unary" };

export interface CallStreamOptions {
  readonly session: Http2Session;
  readonly endpoint: EndpointSpec;
  readonly memory: ReplyMemory;
  /** The server has no such stream. */
  onUnary(): void;
}

export class CallStream {
  readonly #options: CallStreamOptions;
  readonly #stream: ClientHttp2Stream;
  readonly #reader: AnswerReader;
  readonly #calls = new Map<number, StreamedCall>();
  #pending: CallFrame[] = [];
  #ids = 0;
  #isFull = false;
  /** True when it takes no new calls and ends with its last one. */
  #isFinishing = false;
  #isOver = false;
  #isRead = false;
  #headers: IncomingHttpHeaders = {};
  #trailers: IncomingHttpHeaders = {};
  #watch: NodeJS.Timeout | undefined;

  /** Throws when the session cannot have another stream. */
  constructor(options: CallStreamOptions) {
    this.#options = options;
    this.#reader = new AnswerReader({
      memory: options.memory,
      messageBytesMax: options.endpoint.transport.payloadBytesMax + aroundAnswersBytes,
      onMessage: (bytes) => this.#hear(bytes),
      onSkipped: ({ why, bytes, beginning }) => this.#skipped(why, bytes, firstAnswerId(beginning)),
      onBroken: (reason) => this.#broken(reason),
    });
    this.#stream = options.session.http2.request(callHeaders(streamPath, undefined, options.endpoint.transport));
    this.#stream.on("response", (headers) => {
      this.#headers = headers;
      this.#endedThere();
    });
    this.#stream.on("trailers", (trailers) => {
      this.#trailers = trailers;
      this.#endedThere();
    });
    this.#stream.on("end", () => {
      this.#isRead = true;
      this.#endedThere();
    });
    this.#stream.on("data", (chunk: Buffer) => {
      if (this.#isMessages) this.#reader.push(chunk);
    });
    this.#stream.on("drain", () => {
      this.#isFull = false;
      this.#flush();
    });
    this.#stream.on("error", (error) => this.#failAll((url) => this.#connectionFailed(url, error)));
    this.#stream.on("close", () => this.#closed());
  }

  get takesCalls(): boolean {
    return !this.#isFinishing && !this.#isOver;
  }

  call(call: StreamedCall, request: Buffer): void {
    const id = (this.#ids = (this.#ids % idMax) + 1);
    call.begin(this, id);
    this.#calls.set(id, call);
    this.#queue({ id, request, timeoutMs: Math.max(1, Math.ceil(call.timeoutMs)) });
    this.#watch ??= setInterval(() => this.#expire(), watchEveryMs).unref();
  }

  /** Cancels a call that nobody waits for any more. */
  cancel(id: number): void {
    if (!this.#calls.delete(id) || this.#isOver) return;
    const unsent = this.#pending.findIndex((frame) => frame.id === id);
    if (unsent >= 0) this.#pending.splice(unsent, 1);
    else this.#queue({ id, request: undefined, timeoutMs: 0 });
    this.#endIfDone();
  }

  finish(): void {
    this.#isFinishing = true;
    this.#endIfDone();
  }

  #queue(frame: CallFrame): void {
    this.#pending.push(frame);
    if (this.#pending.length === 1 && !this.#isFull) setImmediate(() => this.#flush());
  }

  #flush(): void {
    if (this.#isOver || this.#isFull || this.#pending.length === 0) return;
    const frames = this.#pending;
    this.#pending = [];
    this.#isFull = !this.#stream.write(encodeCalls(frames));
    this.#endIfDone();
  }

  #hear(bytes: Buffer): void {
    let answers: readonly AnswerFrame[];
    try {
      answers = decodeAnswers(bytes);
    } catch (error) {
      if (error instanceof NotAnswers) return this.#broken(`a message of its stream is no FunctionAnswers: ${error.message}`);
      throw error;
    }
    for (const { id, result } of answers) {
      // An answer to a call that was given up is dropped.
      this.#take(id)?.answered(bytes, result);
    }
    this.#endIfDone();
  }

  #take(id: number): StreamedCall | undefined {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    return call;
  }

  #skipped(why: Exclude<Appended, "ok">, bytes: number, id: number | undefined): void {
    if (id === undefined) return this.#broken(`an answer of ${bytes} bytes does not begin with its id`);
    this.#take(id)?.notHeld(why, bytes);
    this.#endIfDone();
  }

  #expire(): void {
    const nowMs = performance.now();
    for (const call of [...this.#calls.values()]) if (call.deadlineMs <= nowMs) call.expire();
    if (this.#calls.size > 0) return;
    clearInterval(this.#watch);
    this.#watch = undefined;
  }

  #endIfDone(): void {
    if (this.#isFinishing && this.#calls.size === 0 && this.#pending.length === 0 && !this.#isOver) this.#stream.end();
  }

  get #isMessages(): boolean {
    return Number(this.#headers[":status"]) === 200 && this.#headers["content-type"]?.startsWith("application/grpc") === true;
  }

  /**
   * The server has ended its side; ours may still be open. For a response of trailers only, Node may report the end before the trailers.
   */
  #endedThere(): void {
    if (!this.#isRead || this.#isOver || this.#status === undefined) return;
    this.#closed();
    this.#stream.end();
  }

  get #status(): string | undefined {
    return textOf(this.#trailers["grpc-status"] ?? this.#headers["grpc-status"]);
  }

  #closed(): void {
    if (this.#isOver) return;
    const httpStatus = Number(this.#headers[":status"]);
    const status = this.#status;
    if (Number(status) === unimplemented || httpStatus === 404) {
      this.#options.onUnary();
      return this.#again({ kind: "unary" });
    }
    if (status === "0") return this.#again({ kind: "again" });
    this.#failAll((url) => this.#endedWith(url, { httpStatus, status }));
  }

  #endedWith(url: string, { httpStatus, status }: { httpStatus: number; status: string | undefined }): Failure {
    if (Number.isNaN(httpStatus)) return this.#connectionFailed(url, new Error("the stream was closed"));
    if (httpStatus !== 200) {
      const retryAfter = textOf(this.#headers["retry-after"]);
      return statusFailure(url, { status: httpStatus, retryAfter, location: undefined, outcome: undefined, raw: undefined }, Date.now());
    }
    if (!this.#isMessages) return wrongContentType(url, this.#headers["content-type"], undefined);
    if (status === undefined) return this.#connectionFailed(url, new Error("the stream was closed"));
    const encoded = textOf(this.#trailers["grpc-message"] ?? this.#headers["grpc-message"]);
    const reason = encoded === undefined ? undefined : decodedMessage(encoded);
    return refusedWith(url, { status: Number(status), reason, outcome: undefined, retryAfter: undefined }, Date.now());
  }

  /** A stream's own error does not always say why its session broke. */
  #connectionFailed(url: string, error: unknown): Failure {
    const { session, endpoint } = this.#options;
    const { connectTimeoutMs, readTimeoutMs } = endpoint.transport;
    return connectionFailure(url, session.failure ?? error, { connectMs: connectTimeoutMs, readMs: readTimeoutMs });
  }

  #broken(reason: string): void {
    this.#failAll((url) =>
      makeFailure({
        code: "ENDPOINT_ERROR",
        message: `${url} cannot be understood: ${reason}`,
        cure: "Answer as function.proto says; `npm run conformance` shows what is wrong.",
      }),
    );
    this.#stream.close();
  }

  #failAll(failureAt: (url: string) => Failure): void {
    for (const call of this.#end()) call.refuse(failureAt(call.url));
  }

  #again(again: Again): void {
    for (const call of this.#end()) call.handBack(again);
  }

  #end(): StreamedCall[] {
    this.#isOver = true;
    clearInterval(this.#watch);
    this.#reader.end();
    this.#pending = [];
    const open = [...this.#calls.values()];
    this.#calls.clear();
    return open;
  }
}

export interface StreamedCallOptions {
  readonly url: string;
  readonly endpoint: EndpointSpec;
  readonly memory: ReplyMemory;
  readonly timeoutMs: number;
  readonly owner: CallOwner | undefined;
}

/** One call on a stream. */
export class StreamedCall extends ReplyCall {
  readonly timeoutMs: number;
  /** Set when the call was handed back instead of answered; its outcome then means nothing. */
  again: Again | undefined;
  #stream: CallStream | undefined;
  #id = 0;

  constructor({ url, endpoint, memory, timeoutMs, owner }: StreamedCallOptions) {
    const { payloadBytesMax, connectTimeoutMs, readTimeoutMs } = endpoint.transport;
    super({ url, payloadBytesMax, connectTimeoutMs, readTimeoutMs, nowMs: Date.now, memory }, { timeoutMs, owner, ownTimer: false });
    this.timeoutMs = timeoutMs;
  }

  get url(): string {
    return this.options.url;
  }

  begin(stream: CallStream, id: number): void {
    this.#stream = stream;
    this.#id = id;
  }

  answered(message: Buffer, result: AnswerFrame["result"]): void {
    switch (result.kind) {
      case "reply": {
        const length = result.to - result.from;
        // A larger reply is copied and counted, together with what it decodes to.
        this.onHead(200, messageHead(length <= readInPlaceBytes ? length : undefined));
        if (length > 0) this.onBody(message, result.from, result.to);
        return this.onEnd();
      }
      case "refusal": {
        const { status, reason, outcome, retryAfterMs } = result;
        const failure = refusedWith(this.url, { status, reason, outcome, retryAfter: String(Math.ceil(retryAfterMs / 1000)) }, Date.now());
        return this.refuse(
          failure.code === "RETRY_LATER" ? { ...failure, retryAfterMs: Math.min(retryAfterMs, retryAfterMsMax) } : failure,
        );
      }
      case "nothing":
        return this.refuse(
          malformedReply(this.url, "REPLY_MALFORMED", { reason: "its answer has neither reply nor refusal", body: message }),
        );
    }
  }

  notHeld(why: Exclude<Appended, "ok">, bytes: number): void {
    const { url, payloadBytesMax, memory } = this.options;
    if (why === "too-large") this.refuse(replyTooLarge(url, payloadBytesMax));
    else if (why === "never") this.refuse(replyBeyondMemory(url, { bytes, bytesMax: memory.bytesMax }));
    else this.refuse(replyMemoryFull(url, memory.bytesMax));
  }

  handBack(again: Again): void {
    this.again = again;
    this.refuse(
      makeFailure({
        code: "ENDPOINT_DISCONNECTED",
        message: `${this.url} ended its stream, twice, before it answered`,
        cure: "See why the function service ends its streams; it may be stopping.",
      }),
    );
  }

  protected override cancel(): void {
    this.#stream?.cancel(this.#id);
  }
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
