/**
 * Target reply-frames: what a server that takes several requests in one may answer: parts in any order and of any status, in pieces, cut at
 * any byte, one twice, one that was not asked for, more than all, no frame at all. The real transport reads it. A call may end in effects
 * only if exactly its own reply was sent, whole, as its part or alone; and if nothing was wrong, it must.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FromFunction, ToFunction } from "@signalbox/proto";
import fc from "fast-check";
import type { EndpointSpec, InvocationOutcome } from "@signalbox/runtime";
import { createHttpTransport } from "@signalbox/engine";
import { must, mustBeCoded, type FuzzSession, type FuzzTarget } from "../fuzz-target.ts";

export interface FrameRound {
  /** The status of each part; this many calls are made at once. */
  readonly parts: readonly number[];
  /** The numbers by which the parts are sorted. */
  readonly order: readonly number[];
  readonly mistake: "none" | "twice" | "unknown" | "surplus" | "missing" | "garbage";
  readonly framing: "length" | "chunked" | "close";
  readonly chunkBytes: number;
  /** The number of writes in which it is sent, each in a turn of its own. */
  readonly writes: number;
  /** The share that is sent before the connection ends; at 1 all of it is. */
  readonly part: number;
  readonly answer: "frame" | "octets" | "packed" | "refused" | "busy";
}

const rounds: fc.Arbitrary<FrameRound> = fc.record({
  parts: fc.array(fc.oneof({ weight: 6, arbitrary: fc.constant(200) }, fc.constantFrom(204, 404, 429, 500)), {
    minLength: 2,
    maxLength: 8,
  }),
  order: fc.array(fc.nat({ max: 100 }), { minLength: 8, maxLength: 8 }),
  mistake: fc.oneof(
    { weight: 5, arbitrary: fc.constant("none" as const) },
    fc.constantFrom("twice" as const, "unknown" as const, "surplus" as const, "missing" as const, "garbage" as const),
  ),
  framing: fc.constantFrom("length" as const, "chunked" as const, "chunked" as const, "close" as const),
  chunkBytes: fc.constantFrom(1, 2, 7, 1000),
  writes: fc.oneof({ weight: 2, arbitrary: fc.constant(1) }, fc.integer({ min: 1, max: 12 })),
  part: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.double({ min: 0, max: 1, noNaN: true })),
  answer: fc.oneof(
    { weight: 8, arbitrary: fc.constant("frame" as const) },
    fc.constantFrom("octets" as const, "packed" as const, "refused" as const, "busy" as const),
  ),
});

interface ReplyFramesCase {
  readonly rounds: readonly FrameRound[];
}

const callMsMax = 10_000;
const frameType = "application/vnd.signalbox.frames";

export const replyFrames: FuzzTarget<ReplyFramesCase> = {
  name: "reply-frames",
  caseMsMax: 15_000,
  rssGrowthBytesMax: 512 * 1024 * 1024,
  cases: fc.record({ rounds: fc.array(rounds, { minLength: 1, maxLength: 3 }) }),
  open: () => Session.open(),
};

class Session implements FuzzSession<ReplyFramesCase> {
  readonly #folder = mkdtempSync(join(tmpdir(), "signalbox-fuzz-"));
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #round: FrameRound | undefined;
  /** The ids whose own reply was sent completely. */
  readonly #sent = new Set<string>();

  private constructor() {
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static async open(): Promise<Session> {
    const session = new Session();
    await new Promise<void>((resolve) => session.#server.listen(session.#path, resolve));
    return session;
  }

  get #path(): string {
    return join(this.#folder, "fn.sock");
  }

  async run(fuzzCase: ReplyFramesCase): Promise<string> {
    const seen: string[] = [];
    for (const [number, round] of fuzzCase.rounds.entries()) {
      // Each round has a transport of its own, so that what it does to the offer does not affect the next one.
      const transport = createHttpTransport();
      const endpoint = endpointAt(`http+unix://${this.#path}/`);
      const call = (id: string): Promise<InvocationOutcome> =>
        transport.invoke({
          ...{ invocation: 1, attempt: 1, endpoint, state: [], timeoutMs: callMsMax },
          target: { type: "fuzz/t", id },
          inputs: [{ caller: undefined, value: { typename: "n/v", bytes: new Uint8Array(1) } }],
        });
      this.#round = undefined;
      await call("first");
      this.#round = round;
      this.#sent.clear();
      const ids = round.parts.map((_, index) => `r${number}-${index}`);
      const outcomes = await Promise.all(ids.map(call));
      for (const [index, id] of ids.entries()) seen.push(this.#judge(round, { index, id, outcome: outcomes[index] }));
      await transport.close();
    }
    for (const socket of this.#sockets) socket.destroy();
    return seen.includes("ok") ? "ok" : (seen[0] ?? "none");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #judge(round: FrameRound, { index, id, outcome }: { index: number; id: string; outcome: InvocationOutcome | undefined }): string {
    must(outcome !== undefined, () => `${id} has no outcome`);
    if (outcome.kind === "failure") {
      const code = mustBeCoded(outcome.failure, "the transport");
      const isWrong = round.answer === "frame" && (round.mistake !== "none" || round.part < 1 || round.parts[index] !== 200);
      must(isWrong || round.answer === "busy" || round.part < 1, () => `a call that was answered failed: ${code}`);
      return code;
    }
    const egress = outcome.reply.kind === "completed" ? outcome.reply.effects.egress[0]?.egress : undefined;
    must(egress === `n/${id}`, () => `${id} got the effects of ${String(egress)}`);
    must(this.#sent.has(id), () => `${id} had effects, and its reply was not sent whole`);
    return "ok";
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket.on("error", () => undefined));
    socket.once("close", () => this.#sockets.delete(socket));
    let pending = Buffer.alloc(0);
    socket.on("data", (bytes) => {
      pending = Buffer.concat([pending, bytes]);
      for (;;) {
        const end = pending.indexOf("\r\n\r\n");
        const head = pending.toString("latin1", 0, Math.max(0, end));
        const bodyBytes = Number(/content-length: (\d+)/.exec(head)?.[1]);
        if (end < 0 || pending.length < end + 4 + bodyBytes) return;
        const body = pending.subarray(end + 4, end + 4 + bodyBytes);
        pending = pending.subarray(end + 4 + bodyBytes);
        if (head.includes(frameType)) void this.#answerFrame(socket, requestsOf(body).map(idOf));
        else this.#answerSingle(socket, idOf(body));
      }
    });
  }

  #answerSingle(socket: Socket, id: string): void {
    const body = effects(id);
    const lines = "content-type: application/octet-stream\r\nx-signalbox-frames: 8\r\n";
    this.#sent.add(id);
    socket.write(Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${lines}content-length: ${body.length}\r\n\r\n`), body]));
  }

  async #answerFrame(socket: Socket, ids: readonly string[]): Promise<void> {
    const round = this.#round;
    if (round === undefined) {
      socket.destroy();
      return;
    }
    const { bytes, ends } = answerBytes(round, ids);
    const length = round.part === 1 ? bytes.length : Math.floor(round.part * bytes.length);
    if (round.answer === "frame") for (const [index, end] of ends) if (end <= length) this.#sent.add(ids[index] ?? "");
    const size = Math.max(1, Math.ceil(length / round.writes));
    for (let at = 0; at < length && !socket.destroyed; at += size) {
      if (at > 0) await new Promise((resolve) => setImmediate(resolve));
      socket.write(bytes.subarray(at, Math.min(length, at + size)));
    }
    if (round.part < 1 || round.framing === "close") socket.end();
  }
}

/** Also returns where each part that is a reply is complete. */
function answerBytes(round: FrameRound, ids: readonly string[]): { bytes: Buffer; ends: Map<number, number> } {
  const pieces: { index: number | undefined; bytes: Buffer }[] = ids
    .map((id, index) => ({ index, bytes: partBytes(index, round.parts[index] ?? 200, id) }))
    .toSorted((left, right) => (round.order[left.index] ?? 0) - (round.order[right.index] ?? 0));
  const [first] = pieces;
  if (round.mistake === "missing") pieces.pop();
  if (round.mistake === "twice" && first !== undefined)
    pieces.push({ index: undefined, bytes: partBytes(first.index ?? 0, 200, "forged") });
  if (round.mistake === "unknown") pieces.splice(1, 0, { index: undefined, bytes: partBytes(ids.length, 200, "forged") });
  if (round.mistake === "surplus") pieces.push({ index: undefined, bytes: Buffer.from([0]) });
  if (round.mistake === "garbage") pieces.splice(1, 0, { index: undefined, bytes: Buffer.alloc(9, 0xff) });
  const head = Buffer.from(headOf(round, Buffer.concat(pieces.map(({ bytes }) => bytes)).length));
  const out: Buffer[] = [head];
  const ends = new Map<number, number>();
  let at = head.length;
  for (const { index, bytes } of pieces) {
    const step = round.framing === "chunked" ? round.chunkBytes : bytes.length;
    for (let from = 0; from < bytes.length; from += step) {
      const piece = bytes.subarray(from, from + step);
      const before = round.framing === "chunked" ? Buffer.from(`${piece.length.toString(16)}\r\n`) : Buffer.alloc(0);
      const after = Buffer.from(round.framing === "chunked" ? "\r\n" : "");
      out.push(before, piece, after);
      if (index !== undefined) ends.set(index, at + before.length + piece.length);
      at += before.length + piece.length + after.length;
    }
  }
  if (round.framing === "chunked") out.push(Buffer.from("0\r\n\r\n"));
  return { bytes: Buffer.concat(out), ends };
}

function headOf({ answer, framing }: FrameRound, length: number): string {
  const status = answer === "refused" ? "415 No" : answer === "busy" ? "503 Busy" : "200 OK";
  const type = answer === "octets" ? "application/octet-stream" : frameType;
  const packed = answer === "packed" ? "content-encoding: gzip\r\n" : "";
  const lengthLine = { length: `content-length: ${length}\r\n`, chunked: "transfer-encoding: chunked\r\n", close: "" }[framing];
  return `HTTP/1.1 ${status}\r\ncontent-type: ${type}\r\n${packed}${lengthLine}\r\n`;
}

function partBytes(index: number, status: number, id: string): Buffer {
  const body = status === 200 ? Buffer.from(effects(id)) : Buffer.from("no\n");
  return Buffer.concat([...[index, status, 0, body.length].map(varint), body]);
}

function effects(name: string): Uint8Array {
  return FromFunction.encode({
    invocationResult: { outgoingEgresses: [{ egressNamespace: "n", egressType: name, argument: { typename: "n/v", hasValue: true } }] },
  }).finish();
}

function requestsOf(frame: Buffer): Buffer[] {
  const requests: Buffer[] = [];
  for (let at = 1; at < frame.length; ) {
    const length = (frame[at] ?? 0) < 0x80 ? (frame[at] ?? 0) : ((frame[at] ?? 0) & 0x7f) + (frame[at + 1] ?? 0) * 0x80;
    at += (frame[at] ?? 0) < 0x80 ? 1 : 2;
    requests.push(frame.subarray(at, at + length));
    at += length;
  }
  return requests;
}

function idOf(request: Buffer): string {
  return ToFunction.decode(request).invocation?.target?.id ?? "";
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}

function endpointAt(urlTemplate: string): EndpointSpec {
  const transport = {
    callTimeoutMs: callMsMax,
    connectTimeoutMs: callMsMax,
    readTimeoutMs: callMsMax,
    poolTtlMs: 0,
    poolConnectionsMax: 8,
    payloadBytesMax: 1024 * 1024,
    tls: undefined,
  };
  return { id: "fuzz/*", module: "fuzz", namespace: "fuzz", name: "*", urlTemplate, batchMessagesMax: 1, transport };
}
