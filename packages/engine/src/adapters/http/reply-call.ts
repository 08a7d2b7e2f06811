/**
 * ReplyCall: one call under way, whatever carries it: its timeout, its end, and the judgement of its reply. It settles exactly once: with a
 * reply, a failure, a timeout or an abort. Neighbours: transport-http-call.ts, transport-http2.ts and transport-grpc.ts carry one;
 * transport-failure.ts names what went wrong; wire-decode.ts reads. Guarantee: only a whole reply of the right type has effects (decision
 * 24); it never holds more than payloadBytesMax of a reply, packed or unpacked, and counts what it holds.
 */
import type { InvocationOutcome } from "@signalbox/runtime/model/invocation";
import type { Failure } from "@signalbox/runtime/model/failure";
import { Links } from "../../model/collections/linked-set.ts";
import type { ResponseHeaders } from "./http-response-parser.ts";
import { ReplyBody, type Appended } from "./reply-body.ts";
import { inflateReply } from "./reply-inflate.ts";
import { ReplyHold, type ReplyMemory } from "./reply-memory.ts";
import { isOneField, replyWeightOf } from "./reply-weight.ts";
import {
  callAborted,
  callTimeout,
  connectionFailure,
  cutReply,
  malformedReply,
  rawExcerpt,
  replyBeyondMemory,
  replyMemoryFull,
  replyTooLarge,
} from "../transport-failure.ts";
import { statusFailure, wrongContentType } from "../status-failure.ts";
import { decodeFromFunction } from "../wire/wire-decode.ts";

/** How much of a refusal's body is kept for people, also of a packed one after unpacking. */
const refusalBytesMax = 8192;
const refusalUnpackedBytesMax = 64 * 1024;
/** Calls with a shorter timeout get a timer of their own; the pool's watch, which runs now and then, ends the others. */
const ownTimerMsMax = 1000;
/** Smaller replies are not weighed, because they decode to little. */
const weighedBytesMin = 16 * 1024;
/** From this size on a reply holds reply memory until its effects are on disk; the engine's own limits bound smaller ones. */
const heldBytesMin = 64 * 1024;
const noBody = Buffer.alloc(0);

export interface ReplyCallOptions {
  /** The URL as shown to people. */
  readonly url: string;
  readonly payloadBytesMax: number;
  readonly connectTimeoutMs: number;
  readonly readTimeoutMs: number;
  readonly nowMs: () => number;
  readonly memory: ReplyMemory;
}

/** What can give calls up from outside: the engine's abort. */
export interface CallOwner {
  onSettled(call: ReplyCall): void;
}

export abstract class ReplyCall {
  readonly links = new Links<ReplyCall>();
  readonly outcome: Promise<InvocationOutcome>;
  readonly deadlineMs: number;
  /** Not 0 when other calls failed by the same event (HttpFrame). */
  event = 0;
  protected readonly options: ReplyCallOptions;
  #resolve: ((outcome: InvocationOutcome) => void) | undefined;
  readonly #owner: CallOwner | undefined;
  readonly #timeoutMs: number;
  readonly #timer: NodeJS.Timeout | undefined;
  #status = 0;
  #headers: ResponseHeaders | undefined;
  /** The outcome that was read already; it counts once the response has ended. */
  #outcome: InvocationOutcome | undefined;
  #body: ReplyBody | undefined;
  #hold: ReplyHold | undefined;

  /** The timeout starts now, so waiting for a connection counts. `ownTimer`: true when nobody else watches the deadline. */
  constructor(options: ReplyCallOptions, request: { timeoutMs: number; owner: CallOwner | undefined; ownTimer: boolean }) {
    this.options = options;
    this.#owner = request.owner;
    this.outcome = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#timeoutMs = request.timeoutMs;
    this.deadlineMs = performance.now() + request.timeoutMs;
    if (request.ownTimer || request.timeoutMs < ownTimerMsMax)
      this.#timer = setTimeout(() => this.expire(), Math.max(1, Math.ceil(request.timeoutMs)));
  }

  /** Ends the connection, frame or stream that carries the call. */
  protected abstract cancel(): void;

  get isOver(): boolean {
    return this.#resolve === undefined;
  }

  expire(): void {
    this.giveUp(callTimeout(this.options.url, this.#timeoutMs));
  }

  /** Settles a call that was never sent. */
  refuse(failure: Failure): void {
    this.fail(failure);
  }

  abort(): void {
    this.giveUp(callAborted(this.options.url));
  }

  onHead(status: number, headers: ResponseHeaders): void {
    this.#status = status;
    this.#headers = headers;
    if (!this.#isRefusal && (headers.contentLength ?? 0) > this.options.payloadBytesMax)
      this.giveUp(replyTooLarge(this.options.url, this.options.payloadBytesMax));
  }

  /** bytes[from, to) are valid only during the call. */
  onBody(bytes: Buffer, from: number, to: number): void {
    if (this.#resolve === undefined) return;
    if (this.#isWhole(to - from)) {
      this.#outcome = this.#read(bytes.subarray(from, to), true);
      return;
    }
    const { payloadBytesMax } = this.options;
    const refusal = this.#isRefusal;
    this.#hold ??= new ReplyHold(this.options.memory);
    this.#body ??= new ReplyBody({
      hold: this.#hold,
      bytesMax: refusal ? refusalBytesMax : payloadBytesMax,
      announcedBytes: this.#headers?.contentLength,
    });
    // Only the beginning of a refusal is kept, for people.
    const end = refusal ? Math.min(to, from + refusalBytesMax - this.#body.length) : to;
    const appended = this.#body.append(bytes, from, end);
    if (appended === "ok") return;
    this.giveUp(refusal ? this.#refusal(undefined) : this.#notHeld(appended, this.#body.length));
  }

  /** The response is complete according to its own length. */
  onEnd(): void {
    if (this.#resolve === undefined) return;
    if (this.#outcome !== undefined) return this.#settle(this.#outcome);
    this.#finish({ isCut: false });
  }

  /** The response ended with its connection, which looks the same as a cut one. */
  onClosed(): void {
    if (this.#resolve !== undefined) this.#finish({ isCut: true });
  }

  /** A refusal may come before the request was read; a reply may not. */
  onEarly(error: Error): void {
    if (this.#resolve === undefined) return;
    if (this.#status !== 0 && this.#isRefusal) this.#finish({ isCut: true });
    else this.onError(error);
  }

  onError(error: Error): void {
    const { url, connectTimeoutMs, readTimeoutMs } = this.options;
    this.fail(connectionFailure(url, error, { connectMs: connectTimeoutMs, readMs: readTimeoutMs }));
  }

  protected giveUp(failure: Failure): void {
    this.fail(failure);
    this.cancel();
  }

  protected fail(failure: Failure): void {
    this.#settle({ kind: "failure", failure });
  }

  get #isRefusal(): boolean {
    return this.#status < 200 || this.#status >= 300;
  }

  /** True for nearly every reply: it came in one piece and unpacked, so it is decoded without a copy. */
  #isWhole(length: number): boolean {
    return !this.#isRefusal && length === this.#headers?.contentLength && this.#headers.contentEncoding === undefined;
  }

  #finish(end: { isCut: boolean }): void {
    const packed = this.#body?.view() ?? noBody;
    const encoding = this.#headers?.contentEncoding;
    if (encoding === undefined || packed.length === 0) return this.#conclude(packed, end);
    const refusal = this.#isRefusal;
    const hold = (this.#hold ??= new ReplyHold(this.options.memory));
    const bytesMax = refusal ? refusalUnpackedBytesMax : this.options.payloadBytesMax;
    const into = new ReplyBody({ hold, bytesMax, announcedBytes: undefined });
    inflateReply({ encoding, body: packed, into }, (result) => {
      // The call was given up during the unpacking, so its memory is released.
      if (this.#resolve === undefined) return hold.release();
      if (result.kind === "ok") return this.#conclude(result.body, end);
      if (refusal) return this.fail(this.#refusal(undefined));
      if (result.kind === "refused") return this.fail(this.#notHeld(result.why, into.length));
      const { url } = this.options;
      this.fail(end.isCut ? cutReply(url, result.reason) : malformedReply(url, "REPLY_MALFORMED", { reason: result.reason, body: packed }));
    });
  }

  /** `body` is unpacked. */
  #conclude(body: Buffer, { isCut }: { isCut: boolean }): void {
    const { url } = this.options;
    if (isCut && !this.#isRefusal && isOctetStream(this.#headers?.contentType)) {
      if (body.length === 0) return this.fail(cutReply(url, "no byte of it"));
      if (!isOneField(body)) return this.fail(cutReply(url, `${body.length} bytes that are no whole reply`));
    }
    if (!this.#isRefusal && body.length >= weighedBytesMin) {
      const hold = (this.#hold ??= new ReplyHold(this.options.memory));
      const weight = hold.bytes + replyWeightOf(body);
      if (!hold.grow(weight)) return this.fail(this.#notHeld(hold.couldHold(weight) ? "no-room" : "never", weight));
    }
    this.#settle(this.#read(body, false));
  }

  #read(body: Buffer, reused: boolean): InvocationOutcome {
    const failure = this.#isRefusal ? this.#refusal(body) : this.#notAReply(body);
    if (failure !== undefined) return { kind: "failure", failure };
    const decoded = decodeFromFunction(body, { reused });
    if (decoded.kind === "ok") return { kind: "reply", reply: decoded.reply };
    return { kind: "failure", failure: malformedReply(this.options.url, decoded.code, { reason: decoded.reason, body }) };
  }

  /** A successful answer that cannot come from a function server: accepting it would consume messages for which nothing was done. */
  #notAReply(body: Buffer): Failure | undefined {
    const { url } = this.options;
    const contentType = this.#headers?.contentType;
    if (!isOctetStream(contentType)) return wrongContentType(url, contentType, rawExcerpt(body));
    switch (this.#status) {
      case 204:
      case 205:
        return malformedReply(url, "REPLY_MALFORMED", { reason: `status ${this.#status} has no content, a reply is content`, body });
      case 206:
        return malformedReply(url, "REPLY_MALFORMED", { reason: "status 206 is a part of a reply", body });
      default:
        return undefined;
    }
  }

  #refusal(body: Buffer | undefined): Failure {
    const detail = {
      status: this.#status,
      retryAfter: this.#headers?.retryAfter,
      location: this.#headers?.location,
      outcome: this.#headers?.outcome,
      raw: body === undefined ? undefined : rawExcerpt(body),
    };
    return statusFailure(this.options.url, detail, this.options.nowMs());
  }

  #notHeld(why: Exclude<Appended, "ok">, bytes: number): Failure {
    const { url, payloadBytesMax, memory } = this.options;
    switch (why) {
      case "too-large":
        return replyTooLarge(url, payloadBytesMax);
      case "never":
        return replyBeyondMemory(url, { bytes, bytesMax: memory.bytesMax });
      case "no-room":
        return replyMemoryFull(url, memory.bytesMax);
    }
  }

  #settle(outcome: InvocationOutcome): void {
    const resolve = this.#resolve;
    if (resolve === undefined) return;
    this.#resolve = undefined;
    const hold = this.#hold;
    this.#body = undefined;
    this.#hold = undefined;
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#owner?.onSettled(this);
    if (hold !== undefined && outcome.kind === "reply" && hold.bytes >= heldBytesMin) resolve({ ...outcome, held: hold });
    else {
      hold?.release();
      resolve(outcome.kind === "failure" && this.event !== 0 ? { ...outcome, event: this.event } : outcome);
    }
  }
}

function isOctetStream(contentType: string | undefined): boolean {
  return (
    contentType !== undefined &&
    (contentType === "application/octet-stream" || contentType.trim().toLowerCase() === "application/octet-stream")
  );
}
