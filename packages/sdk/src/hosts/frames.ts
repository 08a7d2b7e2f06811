/**
 * Frames: several requests in one POST, each answered in the same reply as soon as it is done (docs/write-an-sdk.md has the format).
 * Neighbours: node.ts and fetch.ts carry frames; answer.ts makes each part, which is the same as a reply to a single request. Guarantee: a
 * failing request fails only its own part; bytes that are no frame run nothing.
 */
import type { Dispatcher } from "../dispatch.ts";
import { MalformedBytes } from "../wire/reader.ts";
import { httpAnswer, type HttpAnswer } from "./answer.ts";

export const frameType = "application/vnd.signalbox.frames";
const partsMax = 8;
/** The header of a single reply that says how many requests a frame may have. */
export const framesOffer = { "x-signalbox-frames": String(partsMax) };
/** No protobuf message begins with this byte, so a frame is never taken for a request. */
const lead = 0x07;
/** The header lines of a part, beside its status and its body. */
const linesOfPart = ["signalbox-outcome", "retry-after"];
const ascii = new TextEncoder();

export function isFrame(contentType: string | null | undefined): boolean {
  return contentType?.trim().toLowerCase() === frameType;
}

/** Throws MalformedBytes. */
export function requestsOfFrame(body: Uint8Array): Uint8Array[] {
  if (body[0] !== lead) throw new MalformedBytes("a frame begins with the byte 7");
  const requests: Uint8Array[] = [];
  let at = 1;
  while (at < body.length) {
    let length = 0;
    let scale = 1;
    for (let byte = 0x80; byte >= 0x80; scale *= 0x80) {
      if (at >= body.length || scale > 2 ** 28) throw new MalformedBytes("a frame's length that has no end");
      byte = body[at++] ?? 0;
      length += (byte & 0x7f) * scale;
    }
    if (length > body.length - at) throw new MalformedBytes("a frame that ends inside a request");
    if (requests.length === partsMax) throw new MalformedBytes(`a frame of more than ${partsMax} requests`);
    requests.push(body.subarray(at, at + length));
    at += length;
  }
  if (requests.length === 0) throw new MalformedBytes("a frame without requests");
  return requests;
}

export interface FrameSink {
  /** Writes the parts that are done, in one piece. `isLast`: the reply is complete with it. */
  write(parts: Uint8Array, isLast: boolean): void;
  /** Calls back after this turn of the event loop, so that parts that are done in it go together. */
  soon(flush: () => void): void;
}

/** Runs the requests of a frame side by side. */
export function answerFrame(requests: readonly Uint8Array[], dispatcher: Dispatcher, sink: FrameSink): void {
  let left = requests.length;
  let done: Uint8Array[] = [];
  const flush = (): void => {
    const parts = done;
    done = [];
    sink.write(joined(parts), left === 0);
  };
  for (const [index, request] of requests.entries()) {
    void dispatcher.dispatch(request).then((outcome) => {
      left--;
      done.push(partOf(index, httpAnswer(outcome)));
      if (done.length === 1) sink.soon(flush);
    });
  }
}

function partOf(index: number, { status, headers, body }: HttpAnswer): Uint8Array {
  const said = linesOfPart.flatMap((name) => (headers[name] === undefined ? [] : [`${name}: ${headers[name]}\r\n`]));
  const lines = ascii.encode(said.join(""));
  const head = new Uint8Array(20);
  let at = 0;
  for (const value of [index, status, lines.length, body.length]) {
    let rest = value;
    for (; rest > 0x7f; rest >>>= 7) head[at++] = (rest & 0x7f) | 0x80;
    head[at++] = rest;
  }
  return joined([head.subarray(0, at), lines, body]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
