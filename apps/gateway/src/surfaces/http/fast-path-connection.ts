/**
 * FastPathConnection: one connection while it carries only plain messages and calls (fast-path-parser.ts): it reads requests and writes
 * answers in order, those of one turn in one write. The first request of any other kind moves it to node:http for good, with all unread
 * bytes, once the answers before it are written. Neighbours: fast-path-server.ts owns it, makes the answers and watches the time.
 * Guarantee: it holds at most one unfinished request and pipelinedMax unanswered messages, of which callsPipelinedMax are calls; their
 * bytes are counted until they are answered. A client that does not read its answers is not read either.
 */
import type { Duplex } from "node:stream";
import { parseFastPath, type FastPathRequest, type FastPathRules } from "./fast-path-parser.ts";
import type { RequestBytes } from "../../listener/request-bytes.ts";

export interface FastPathConnectionOwner extends FastPathRules {
  /** Where requests that are not whole are counted. */
  readonly held: RequestBytes;
  /** True while the server stops: the last answer says so, and the connection ends. */
  readonly isStopping: boolean;
  /** Calls connection.answer() once for the slot, now or later. Never throws. */
  serve(connection: FastPathConnection, slot: AnswerSlot, request: FastPathRequest): void;
  /** From now on the socket belongs to node:http; unread bytes are in its buffer. */
  onLeft(connection: FastPathConnection): void;
  /** The client ended its side in the middle of a request. */
  onCutOff(connection: FastPathConnection): void;
  onClosed(connection: FastPathConnection): void;
}

/** The place of one answer among the others. */
export interface AnswerSlot {
  /** A latin1 text: each character is a byte. */
  response: string | undefined;
  readonly isCall: boolean;
  /** Counted until there is a response. */
  heldBytes: number;
  /** Called when the client has gone, for the work on this answer. */
  gone: (() => void) | undefined;
}

/** leaving: moves to node:http when the answers are written. closing: ends when the answers are written. over: no longer ours. */
type Phase = "serving" | "leaving" | "closing" | "over";

/** How many unanswered messages a connection may have; then it is not read until half of them are answered. */
export const pipelinedMax = 256;
/** How many of them may be calls, whose answers may be large and wait for those before them. */
export const callsPipelinedMax = 8;
/** About what a waiting call takes in memory beside its value. */
const callOverheadBytes = 1024;
const noBytes = Buffer.alloc(0);

export class FastPathConnection {
  readonly socket: Duplex;
  /** For how many turns of the watch no request ended or began while no answer was due. */
  waitingTurns = 0;
  private readonly owner: FastPathConnectionOwner;
  private readonly slots: AnswerSlot[] = [];
  /** The beginning of an incomplete request. */
  private begun: Buffer = noBytes;
  /** Bytes of the memory that `begun` keeps. */
  private heldBytes = 0;
  /** Calls among the slots. */
  private calls = 0;
  private hasServed = false;
  private phase: Phase = "serving";
  private paused = false;
  private flushing = false;
  private ended = false;

  constructor(socket: Duplex, owner: FastPathConnectionOwner) {
    this.socket = socket;
    this.owner = owner;
    socket.on("data", this.onData);
    socket.on("end", this.onEnd);
    socket.on("drain", this.onDrain);
    socket.on("error", this.onError);
    socket.on("close", this.onClose);
  }

  get isOwedNothing(): boolean {
    return this.slots.length === 0 && this.socket.writableLength === 0;
  }

  /** True when only further bytes of a request can change anything. */
  get isUndecided(): boolean {
    return this.phase === "serving" && (this.hasBegun || !this.hasServed);
  }

  private get hasBegun(): boolean {
    return this.begun.length > 0;
  }

  /** Asked right before a slot's answer is given: whether it is the last one, which must say that the connection ends. */
  endsWith(slot: AnswerSlot): boolean {
    return this.owner.isStopping && this.phase === "serving" && !this.paused && !this.hasBegun && this.slots.at(-1) === slot;
  }

  answer(slot: AnswerSlot, response: string): void {
    if (this.phase === "over") return;
    if (slot.isCall) this.release(slot);
    if (this.endsWith(slot)) this.phase = "closing";
    slot.response = response;
    if (this.slots.length === 1) this.flush();
    else if (!this.flushing) {
      this.flushing = true;
      // Behind the other answers of this turn.
      queueMicrotask(() => this.flush());
    }
  }

  /** Moves to node:http as soon as the answers are written; `unread` comes before the bytes that are still in the socket. */
  leave(unread: Buffer = this.begun): void {
    if (this.phase !== "serving") return;
    this.phase = "leaving";
    this.begin(noBytes);
    this.pause();
    // Put back at once, because a socket with an empty buffer could emit its end before node:http listens.
    if (unread.length > 0) this.socket.unshift(unread);
    this.goOn();
  }

  /**
   * Ends the connection once all answers are written; a request that has begun is answered by node:http. An idle connection stays, because
   * its next request may be on the way already: whoever sent it would see a closed socket and not know whether it was taken.
   */
  stop(): void {
    if (this.phase !== "serving" || this.slots.length > 0) return;
    if (this.hasBegun) this.leave();
    else if (!this.isOwedNothing) this.finish();
  }

  destroy(): void {
    this.socket.destroy();
  }

  private readonly onData = (bytes: Buffer): void => {
    // Bytes after the last answer are ignored.
    if (this.phase !== "serving") return;
    const before = this.begun;
    const all = before.length === 0 ? bytes : Buffer.concat([before, bytes]);
    this.begin(noBytes);
    let at = 0;
    while (at < all.length && !this.isFull) {
      const request = parseFastPath(all, at, this.owner);
      if (request.kind === "foreign") return this.leave(all.subarray(at));
      if (request.kind === "partial") break;
      const heldBytes = request.kind === "call" ? callOverheadBytes + 2 * request.body.length : 0;
      // Without room the request is refused, which node:http does.
      if (heldBytes > 0 && !this.owner.held.take(heldBytes)) return this.leave(all.subarray(at));
      at = request.end;
      this.serve(request, heldBytes);
      // The request was answered at once, and was the last one.
      if (this.phase !== "serving") return;
    }
    if (at > 0 || before.length === 0) this.waitingTurns = 0;
    const rest = at === all.length ? noBytes : all.subarray(at);
    if (!this.isFull) {
      // Without room the request is refused, which node:http does.
      if (!this.begin(rest)) this.leave(rest);
      return;
    }
    this.pause();
    if (rest.length > 0) this.socket.unshift(rest);
  };

  /** Returns false when there is no room; nothing is kept then. */
  private begin(bytes: Buffer): boolean {
    const { held } = this.owner;
    const needed = bytes.length === 0 ? 0 : bytes.buffer.byteLength;
    if (needed !== this.heldBytes) {
      held.give(this.heldBytes);
      this.heldBytes = 0;
      this.begun = noBytes;
      if (needed > 0 && !held.take(needed)) return false;
      this.heldBytes = needed;
    }
    this.begun = bytes;
    return true;
  }

  private serve(request: FastPathRequest, heldBytes: number): void {
    const isCall = request.kind === "call";
    const slot: AnswerSlot = { response: undefined, isCall, heldBytes, gone: undefined };
    this.hasServed = true;
    this.slots.push(slot);
    if (isCall) this.calls++;
    this.owner.serve(this, slot, request);
  }

  private get isFull(): boolean {
    return this.slots.length >= pipelinedMax || this.calls >= callsPipelinedMax || this.socket.writableNeedDrain;
  }

  private release(slot: AnswerSlot): void {
    this.owner.held.give(slot.heldBytes);
    slot.heldBytes = 0;
    slot.gone = undefined;
  }

  private pause(): void {
    this.paused = true;
    this.socket.pause();
  }

  private flush(): void {
    this.flushing = false;
    let text = "";
    let answered = 0;
    for (const { response, isCall } of this.slots) {
      if (response === undefined) break;
      text += response;
      answered++;
      if (isCall) this.calls--;
    }
    if (answered === 0 || this.phase === "over") return;
    if (answered === this.slots.length) this.slots.length = 0;
    else this.slots.splice(0, answered);
    this.socket.write(text, "latin1");
    this.goOn();
  }

  /** Called after everything that may let it continue: an answer, a drained socket, an end. */
  private goOn(): void {
    const isDone = this.slots.length === 0;
    switch (this.phase) {
      case "over":
        return;
      case "leaving":
        if (isDone) this.left();
        return;
      case "closing":
        if (isDone) this.finish();
        return;
      case "serving":
        if (isDone && this.ended) return this.finish();
        if (this.paused) return this.readOn();
        if (isDone && this.owner.isStopping && !this.hasBegun) this.finish();
    }
  }

  private readOn(): void {
    if (this.slots.length > pipelinedMax / 2 || this.isFull) return;
    this.paused = false;
    this.socket.resume();
  }

  private finish(): void {
    this.phase = "over";
    if (this.hasBegun) this.owner.onCutOff(this);
    else this.socket.end();
  }

  private left(): void {
    this.phase = "over";
    const { socket } = this;
    socket.off("data", this.onData);
    socket.off("end", this.onEnd);
    socket.off("drain", this.onDrain);
    socket.off("error", this.onError);
    socket.off("close", this.onClose);
    this.owner.onLeft(this);
  }

  private readonly onDrain = (): void => this.goOn();

  private readonly onEnd = (): void => {
    this.ended = true;
    this.goOn();
  };

  /** Nothing to do, because `close` follows. */
  private readonly onError = (): void => undefined;

  private readonly onClose = (): void => {
    this.phase = "over";
    this.begin(noBytes);
    for (const slot of this.slots) {
      slot.gone?.();
      this.release(slot);
    }
    this.owner.onClosed(this);
  };
}
