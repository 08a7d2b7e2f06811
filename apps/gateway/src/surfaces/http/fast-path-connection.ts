/**
 * FastPathConnection: one connection while it carries nothing but plain messages and calls (fast-path-parser.ts): requests in, answers out in their
 * order, those of one turn in one write. The first request of any other kind moves it to node:http for good, with all bytes that were
 * not used up, once the answers before it are out.
 * Neighbours: fast-path-server.ts owns it, gives the answers and looks after time.
 * Guarantee: holds at most one unfinished request and pipelinedMax unanswered messages, of them callsPipelinedMax calls, whose bytes are counted
 * until they are answered; a client that does not read its answers is not
 * read either, and ends with what it is owed.
 */
import type { Duplex } from "node:stream";
import { parseFastPath, type FastPathRequest, type FastPathRules } from "./fast-path-parser.ts";
import type { RequestBytes } from "../../listener/request-bytes.ts";

export interface FastPathConnectionOwner extends FastPathRules {
  /** Where requests that are not whole are counted. */
  readonly held: RequestBytes;
  /** What is answered last says so, and its connection ends. */
  readonly isStopping: boolean;
  /** Calls connection.answer() once for the slot, now or later. Never throws. */
  serve(connection: FastPathConnection, slot: AnswerSlot, request: FastPathRequest): void;
  /** It belongs to node:http from now on; what was not used up is in its buffer. */
  onLeft(connection: FastPathConnection): void;
  /** The client ended its side in the middle of a request. */
  onCutOff(connection: FastPathConnection): void;
  onClosed(connection: FastPathConnection): void;
}

/** The place of one answer among the others. */
export interface AnswerSlot {
  /** Characters are bytes. */
  response: string | undefined;
  readonly isCall: boolean;
  /** Counted until there is a response. */
  heldBytes: number;
  /** Tells whoever works on it that the client has gone. */
  gone: (() => void) | undefined;
}

/** leaving: to node:http, when the answers are out. closing: to the end, when the answers are out. over: no longer ours. */
type Phase = "serving" | "leaving" | "closing" | "over";

/** Unanswered messages of one connection; then it is not read until half of them are answered. */
export const pipelinedMax = 256;
/** Of them calls: an answer may be large, and waits for those before it. */
export const callsPipelinedMax = 8;
/** What a call that waits takes beside its value, about. */
const callOverheadBytes = 1024;
const noBytes = Buffer.alloc(0);

export class FastPathConnection {
  readonly socket: Duplex;
  /** Turns of the watch since a request ended or began, while nothing was owed. */
  waitingTurns = 0;
  private readonly owner: FastPathConnectionOwner;
  private readonly slots: AnswerSlot[] = [];
  /** The beginning of a request whose rest has not come. */
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

  /** Nothing but bytes of a request can bring it on. */
  get isUndecided(): boolean {
    return this.phase === "serving" && (this.hasBegun || !this.hasServed);
  }

  private get hasBegun(): boolean {
    return this.begun.length > 0;
  }

  /** For the slot's answer, asked for right before it is given: the connection ends after it, and shall say so. */
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

  /** To node:http, as soon as the answers are out; `unread` comes before what has not been read yet. */
  leave(unread: Buffer = this.begun): void {
    if (this.phase !== "serving") return;
    this.phase = "leaving";
    this.begin(noBytes);
    this.pause();
    // Already now: a socket whose buffer is empty could tell us of its end before node:http listens.
    if (unread.length > 0) this.socket.unshift(unread);
    this.goOn();
  }

  /** It ends once it is owed nothing; what it has begun to ask, node:http answers. */
  stop(): void {
    if (this.phase !== "serving" || this.slots.length > 0) return;
    if (this.hasBegun) this.leave();
    else if (this.isOwedNothing) this.destroy();
    else this.finish();
  }

  destroy(): void {
    this.socket.destroy();
  }

  private readonly onData = (bytes: Buffer): void => {
    // What comes after the last answer was promised has nobody to read it.
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
      // Where there is no room it is refused, and node:http has the words for that.
      if (heldBytes > 0 && !this.owner.held.take(heldBytes)) return this.leave(all.subarray(at));
      at = request.end;
      this.serve(request, heldBytes);
      // Answered at once, and the last one.
      if (this.phase !== "serving") return;
    }
    if (at > 0 || before.length === 0) this.waitingTurns = 0;
    const rest = at === all.length ? noBytes : all.subarray(at);
    if (!this.isFull) {
      // Where there is no room it is refused, and node:http has the words for that.
      if (!this.begin(rest)) this.leave(rest);
      return;
    }
    this.pause();
    if (rest.length > 0) this.socket.unshift(rest);
  };

  /** False: there is no room for it, nothing was kept. */
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

  /** After everything that may let it go on: an answer, a drained socket, an end. */
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

  /** Its close follows. */
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
