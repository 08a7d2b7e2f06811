/**
 * Target reply-bytes: what a server may write on a kept connection, as whole streams of bytes: framings, tiny pieces, cuts at any byte,
 * early replies, second replies with the first or a moment after it, bodies where none may be. The real pool and its connections read them,
 * from a server in this process. A call may end in effects only if exactly the reply to its own request was sent, whole, and nothing with
 * it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { FromFunction, ToFunction } from "@signalbox/proto";
import fc from "fast-check";
import type { EndpointSpec, InvocationOutcome } from "@signalbox/runtime";
import { createHttpTransport } from "@signalbox/engine";
import { must, mustBeCoded, type FuzzSession, type FuzzTarget } from "../fuzz-target.ts";

export interface ReplyStep {
  readonly status: number;
  readonly contentType: "octets" | "none" | "html";
  readonly framing: "length" | "chunked" | "close" | "both" | "interim";
  readonly gzip: boolean;
  /** How many bytes a chunk has. */
  readonly chunkBytes: number;
  /** The number of writes in which it is sent, each in a turn of its own. */
  readonly writes: number;
  /** The share that is sent before the connection ends; at 1 all of it is, and the connection stays open unless `ends`. */
  readonly part: number;
  readonly ends: boolean;
  /** Bytes that nobody asked for, a whole reply of another kind or other bytes: with the reply, or a turn of the event loop after it. */
  readonly surplus: "none" | "reply" | "bytes";
  readonly surplusTurns: number;
  /** True when it is written as soon as the first part of a large request comes, and nothing more is read. */
  readonly early: boolean;
  /** True when the request is larger than what a socket takes. */
  readonly large: boolean;
}

const steps: fc.Arbitrary<ReplyStep> = fc.record({
  status: fc.oneof({ weight: 12, arbitrary: fc.constant(200) }, fc.constantFrom(202, 204, 205, 206, 304, 404, 413, 500, 503)),
  contentType: fc.oneof({ weight: 12, arbitrary: fc.constant("octets" as const) }, fc.constantFrom("none" as const, "html" as const)),
  framing: fc.constantFrom("length" as const, "length" as const, "chunked" as const, "close" as const, "both" as const, "interim" as const),
  gzip: fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, fc.constant(true)),
  chunkBytes: fc.constantFrom(1, 2, 7, 1000),
  writes: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, fc.integer({ min: 1, max: 12 })),
  part: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.double({ min: 0, max: 1, noNaN: true })),
  ends: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
  surplus: fc.oneof({ weight: 5, arbitrary: fc.constant("none" as const) }, fc.constantFrom("reply" as const, "bytes" as const)),
  // Later than one turn it may meet a request that is already written, which nobody can tell apart (decision 24).
  surplusTurns: fc.nat({ max: 1 }),
  early: fc.oneof({ weight: 12, arbitrary: fc.constant(false) }, fc.constant(true)),
  large: fc.oneof({ weight: 12, arbitrary: fc.constant(false) }, fc.constant(true)),
});

interface ReplyBytesCase {
  readonly steps: readonly ReplyStep[];
}

const largeBytes = 1024 * 1024;
const callMsMax = 10_000;

export const replyBytes: FuzzTarget<ReplyBytesCase> = {
  name: "reply-bytes",
  caseMsMax: 15_000,
  rssGrowthBytesMax: 512 * 1024 * 1024,
  cases: fc.record({ steps: fc.array(steps, { minLength: 1, maxLength: 5 }) }),
  open: () => Session.open(),
};

class Session implements FuzzSession<ReplyBytesCase> {
  readonly #folder = mkdtempSync(join(tmpdir(), "signalbox-fuzz-"));
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #steps: readonly ReplyStep[] = [];

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

  async run(fuzzCase: ReplyBytesCase): Promise<string> {
    this.#steps = fuzzCase.steps;
    const transport = createHttpTransport();
    const endpoint = endpointAt(`http+unix://${this.#path}/`);
    const seen: string[] = [];
    let undisturbed = true;
    for (const [index, step] of fuzzCase.steps.entries()) {
      const value = { typename: "n/v", bytes: new Uint8Array(step.large ? largeBytes : 1) };
      const target = { type: "fuzz/t", id: String(index) };
      const outcome = await transport.invoke({
        invocation: index + 1,
        attempt: 1,
        target,
        endpoint,
        state: [],
        inputs: [{ caller: undefined, value }],
        timeoutMs: callMsMax,
      });
      undisturbed &&= step.surplus === "none" && !step.ends && step.part === 1 && !step.early;
      seen.push(judge({ step, index, outcome, undisturbed }));
    }
    await transport.close();
    for (const socket of this.#sockets) socket.destroy();
    return seen.includes("ok") ? "ok" : (seen[0] ?? "none");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket.on("error", () => undefined));
    socket.once("close", () => this.#sockets.delete(socket));
    let parts: Buffer[] = [];
    let size = 0;
    let wanted: number | undefined;
    let answeredEarly = false;
    socket.on("data", (bytes) => {
      if (answeredEarly) return;
      parts.push(bytes);
      size += bytes.length;
      wanted ??= wantedBytes(Buffer.concat(parts));
      if (wanted === undefined) return;
      const early = parts.length === 1 && size < wanted ? this.#earlyStep(bytes) : undefined;
      if (early !== undefined) {
        answeredEarly = true;
        socket.pause();
        return void answer(socket, early.step, early.index);
      }
      if (size < wanted) return;
      const request = Buffer.concat(parts);
      const index = Number(ToFunction.decode(request.subarray(request.indexOf("\r\n\r\n") + 4, wanted)).invocation?.target?.id);
      parts = [];
      size = 0;
      wanted = undefined;
      const step = this.#steps[index];
      if (step !== undefined) void answer(socket, step, index);
    });
  }

  /** Finds the id at the beginning of the request: it is the last field of its target, /fuzz/t/<index>. */
  #earlyStep(request: Buffer): { step: ReplyStep; index: number } | undefined {
    const at = request.indexOf(idField, request.indexOf("\r\n\r\n"));
    const index = at < 0 ? -1 : Number(String.fromCharCode(request[at + idField.length] ?? 0));
    const step = this.#steps[index];
    return step?.early === true ? { step, index } : undefined;
  }
}

/** The bytes of namespace, type and the beginning of an id of one character. */
const idField = Buffer.from("\u0012\u0001t\u001a\u0001");

function wantedBytes(request: Buffer): number | undefined {
  const end = request.indexOf("\r\n\r\n");
  const length = /content-length: (\d+)/.exec(request.toString("latin1", 0, Math.max(0, end)))?.[1];
  return end < 0 || length === undefined ? undefined : end + 4 + Number(length);
}

async function answer(socket: Socket, step: ReplyStep, index: number): Promise<void> {
  const whole = responseBytes(step, `r${index}`);
  const isWhole = step.part === 1;
  const surplus = surplusBytes(step);
  const withIt = isWhole && step.surplusTurns === 0 ? surplus : noBytes;
  const bytes = Buffer.concat([whole.subarray(0, isWhole ? whole.length : Math.floor(step.part * whole.length)), withIt]);
  const size = Math.max(1, Math.ceil(bytes.length / step.writes));
  for (let at = 0; at < bytes.length && !socket.destroyed; at += size) {
    if (at > 0) await turn();
    socket.write(bytes.subarray(at, at + size));
  }
  if (!isWhole || step.ends || step.framing === "close") return void socket.end();
  if (step.surplusTurns === 0 || surplus.length === 0) return;
  for (let turns = 0; turns < step.surplusTurns; turns++) await turn();
  if (!socket.destroyed) socket.write(surplus);
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const noBytes = Buffer.alloc(0);

function surplusBytes({ surplus }: ReplyStep): Buffer {
  if (surplus === "none") return noBytes;
  if (surplus === "bytes") return Buffer.from("HTTP/1.1 200");
  const body = effects("forged");
  return Buffer.concat([
    Buffer.from(`HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\ncontent-length: ${body.length}\r\n\r\n`),
    body,
  ]);
}

function effects(name: string): Uint8Array {
  return FromFunction.encode({
    invocationResult: { outgoingEgresses: [{ egressNamespace: "n", egressType: name, argument: { typename: "n/v", hasValue: true } }] },
  }).finish();
}

function responseBytes({ status, contentType, framing, gzip, chunkBytes }: ReplyStep, name: string): Buffer {
  const body = gzip ? gzipSync(effects(name)) : Buffer.from(effects(name));
  const lines = [`HTTP/1.1 ${status} Said`];
  if (contentType !== "none") lines.push(`Content-Type: ${contentType === "octets" ? "application/octet-stream" : "text/html"}`);
  if (gzip) lines.push("content-encoding: gzip");
  if (framing === "length" || framing === "interim" || framing === "both") lines.push(`content-length: ${body.length}`);
  const inChunks = framing === "chunked" || framing === "both";
  if (inChunks) lines.push("transfer-encoding: chunked");
  const interim = framing === "interim" ? "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nlink: x\r\n\r\n" : "";
  const head = Buffer.from(`${interim}${lines.join("\r\n")}\r\n\r\n`);
  if (!inChunks) return Buffer.concat([head, body]);
  const parts: Buffer[] = [head];
  for (let at = 0; at < body.length; at += chunkBytes) {
    const part = body.subarray(at, at + chunkBytes);
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from("\r\n"));
  }
  return Buffer.concat([...parts, Buffer.from("0\r\n\r\n")]);
}

interface Judged {
  readonly step: ReplyStep;
  readonly index: number;
  readonly outcome: InvocationOutcome;
  /** True when neither this step nor one before it did anything to a connection but answer on it. */
  readonly undisturbed: boolean;
}

function judge({ step, index, outcome, undisturbed }: Judged): string {
  const { framing, part, writes, surplus, surplusTurns, early, large, contentType } = step;
  const isFramed = framing !== "both";
  const isReply = [200, 202].includes(step.status) && contentType === "octets" && isFramed;
  // With several writes, surplus bytes may come after the reply was complete.
  const cameAlone = surplus === "none" || surplusTurns > 0 || writes > 1;
  if (outcome.kind === "failure") {
    const code = mustBeCoded(outcome.failure, "the transport");
    must(!(isReply && undisturbed && framing !== "close"), () => `a whole reply was refused: ${code} ${outcome.failure.message}`);
    return code;
  }
  const egress = outcome.reply.kind === "completed" ? outcome.reply.effects.egress[0]?.egress : undefined;
  must(egress === `n/r${index}`, () => `request ${index} got the effects of ${String(egress)}`);
  must(
    isReply && part === 1 && cameAlone && !(early && large),
    () => `what is no whole reply of its own had effects: ${JSON.stringify(step)}`,
  );
  return "ok";
}

function endpointAt(urlTemplate: string): EndpointSpec {
  const transport = {
    callTimeoutMs: callMsMax,
    connectTimeoutMs: callMsMax,
    readTimeoutMs: callMsMax,
    poolTtlMs: 0,
    poolConnectionsMax: 1,
    payloadBytesMax: 2 * largeBytes,
    tls: undefined,
  };
  return { id: "fuzz/*", module: "fuzz", namespace: "fuzz", name: "*", urlTemplate, batchMessagesMax: 1, transport };
}
