/**
 * The tests of frames share these: bytes of replies and of their parts, a server that answers with them, and a transport that has been
 * offered frames.
 */
import net from "node:net";
import { FromFunction, ToFunction } from "@signalbox/proto";
import { expect } from "vitest";
import { encodePartHead, frameType } from "../src/adapters/http/frame-format.ts";
import type { TransportOptions } from "@signalbox/runtime/model/endpoint-spec";
import type { InvocationOutcome, InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { FunctionTransport } from "../src/ports/function-transport.ts";
import { cleanups, endpointAt, listen, newTransport, request } from "./transport-http-harness.ts";

export const replyTo = (id: string): Buffer =>
  Buffer.from(
    FromFunction.encode({
      invocationResult: { outgoingEgresses: [{ egressNamespace: "n", egressType: id, argument: { typename: "n/v", hasValue: true } }] },
    }).finish(),
  );
export const egressOf = (outcome: InvocationOutcome): string | undefined =>
  outcome.kind === "reply" && outcome.reply.kind === "completed" ? outcome.reply.effects.egress[0]?.egress : undefined;

export const noBytes = Buffer.alloc(0);

export interface PartSaid {
  readonly status?: number;
  readonly lines?: string;
  readonly body?: Buffer;
}
export const part = (index: number, { status = 200, lines = "", body = Buffer.alloc(0) }: PartSaid): Buffer =>
  Buffer.concat([encodePartHead({ index, status, linesBytes: lines.length, bodyBytes: body.length }), Buffer.from(lines, "latin1"), body]);
export const okPart = (index: number, id: string): Buffer => part(index, { body: replyTo(id) });
export const sized = (body: Buffer, lines: string, status = "200 OK"): Buffer =>
  Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\n${lines}content-length: ${body.length}\r\n\r\n`), body]);
export const frames = `content-type: ${frameType}\r\n`;
export const octets = "content-type: application/octet-stream\r\n";
export const offer = `${octets}x-signalbox-frames: 8\r\n`;
export const chunk = (bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
export const chunked = (...pieces: Buffer[]): Buffer =>
  Buffer.concat([
    Buffer.from(`HTTP/1.1 200 OK\r\n${frames}transfer-encoding: chunked\r\n\r\n`),
    ...pieces.map(chunk),
    Buffer.from("0\r\n\r\n"),
  ]);

export interface Asked {
  readonly socket: net.Socket;
  readonly head: string;
  /** The ids of the targets, in the order of the request. */
  readonly ids: readonly string[];
  readonly isFrame: boolean;
}

interface RawServer {
  readonly url: string;
  readonly asked: Asked[];
  connections: number;
}

/** Offers frames on every single request, unless `onSingle` answers otherwise. */
export async function serveFrames(onFrame: (asked: Asked) => void, onSingle?: (asked: Asked) => void): Promise<RawServer> {
  const sockets = new Set<net.Socket>();
  const asked: Asked[] = [];
  const server = net.createServer((socket) => {
    served.connections++;
    sockets.add(socket.on("error", () => undefined));
    let pending = Buffer.alloc(0);
    socket.setNoDelay(true);
    socket.on("data", (bytes) => {
      pending = Buffer.concat([pending, bytes]);
      for (;;) {
        const end = pending.indexOf("\r\n\r\n");
        const head = pending.toString("latin1", 0, Math.max(0, end));
        const length = Number(/content-length: (\d+)/.exec(head)?.[1]);
        if (end < 0 || pending.length < end + 4 + length) return;
        const body = pending.subarray(end + 4, end + 4 + length);
        pending = pending.subarray(end + 4 + length);
        const isFrame = head.includes(`content-type: ${frameType}`);
        const one: Asked = { socket, head, isFrame, ids: (isFrame ? requestsOf(body) : [body]).map(idOf) };
        asked.push(one);
        if (isFrame) onFrame(one);
        else if (onSingle === undefined) socket.write(sized(replyTo(one.ids[0] ?? ""), offer));
        else onSingle(one);
      }
    });
  });
  const served: RawServer = { url: "", asked, connections: 0 };
  const port = await listen(server);
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
  });
  return Object.assign(served, { url: `http://127.0.0.1:${port}/` });
}

function requestsOf(body: Buffer): Buffer[] {
  expect(body[0]).toBe(7);
  const requests: Buffer[] = [];
  for (let at = 1; at < body.length; ) {
    let length = 0;
    for (let scale = 1, byte = 0x80; byte >= 0x80; scale *= 0x80) {
      byte = body[at++] ?? 0;
      length += (byte & 0x7f) * scale;
    }
    requests.push(body.subarray(at, at + length));
    at += length;
  }
  return requests;
}

const idOf = (body: Buffer): string => ToFunction.decode(body).invocation?.target?.id ?? "";

interface Stand {
  readonly server: RawServer;
  readonly transport: FunctionTransport;
  /** Sends all of them in one turn. */
  readonly ask: (ids: readonly string[], more?: (id: string) => Partial<InvocationRequest>) => Promise<InvocationOutcome>[];
}

/** The transport is ready to frame, because one call has brought the offer. */
export async function stand(
  onFrame: (asked: Asked) => void,
  { options = {}, onSingle }: { options?: Partial<TransportOptions>; onSingle?: (asked: Asked) => void } = {},
): Promise<Stand> {
  const server = await serveFrames(onFrame, onSingle);
  const transport = newTransport();
  const endpoint = endpointAt(server.url, options);
  const ask: Stand["ask"] = (ids, more) =>
    ids.map((id) => transport.invoke(request(endpoint, { target: { type: "shop/cart", id }, ...more?.(id) })));
  await Promise.all(ask(["first"]));
  server.asked.length = 0;
  return { server, transport, ask };
}

export const answerAll = ({ socket, ids }: Asked): void =>
  void socket.write(sized(Buffer.concat(ids.map((id, index) => okPart(index, id))), frames));
export const abc = ["a", "b", "c"];
export const egresses = (outcomes: readonly InvocationOutcome[]): unknown[] => outcomes.map(egressOf);
export const egressesOf = (ids: readonly string[]): string[] => ids.map((id) => `n/${id}`);
