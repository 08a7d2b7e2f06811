/** Memory for replies has one bound in sum, counted as it is taken; a reply without room is nobody's fault. */
import net from "node:net";
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { FromFunction } from "@signalbox/proto";
import { describe, expect, test } from "vitest";
import { createTransport } from "../src/adapters/create-transport.ts";
import { ReplyHold, ReplyMemory } from "../src/adapters/http/reply-memory.ts";
import { replyWeightOf } from "../src/adapters/http/reply-weight.ts";
import { HeldReplies } from "../src/runtime/processor/held-replies.ts";
import type { FunctionTransport } from "../src/ports/function-transport.ts";
import { cleanups, endpointAt, failed, listen, octets, request, serve } from "./transport-http-harness.ts";

const kib = 1024;
const mib = 1024 * kib;
const largeLimits = { payloadBytesMax: 32 * mib };

function transportWith(bytesMax: number): { transport: FunctionTransport; memory: ReplyMemory } {
  const replyMemory = new ReplyMemory(bytesMax);
  const transport = createTransport({ replyMemory });
  cleanups.push(() => transport.close());
  return { transport, memory: replyMemory };
}

const valid = (bytes: number): Uint8Array =>
  FromFunction.encode({
    invocationResult: {
      outgoingEgresses: [
        { egressNamespace: "n", egressType: "e", argument: { typename: "n/v", hasValue: true, value: Buffer.alloc(bytes) } },
      ],
    },
  }).finish();

describe("replies under way", () => {
  test("a reply of one-byte chunks costs its bytes and not its pieces", async () => {
    const body = valid(2 * mib);
    const server = net.createServer((socket) => {
      socket
        .on("error", () => undefined)
        .once("data", () => {
          socket.write("HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\ntransfer-encoding: chunked\r\n\r\n");
          const pieces = Buffer.alloc(6 * body.length);
          for (const [index, byte] of body.entries()) pieces.set([0x31, 0x0d, 0x0a, byte, 0x0d, 0x0a], 6 * index);
          socket.write(pieces);
          socket.write("0\r\n\r\n");
        });
    });
    const port = await listen(server);
    const { transport, memory } = transportWith(8 * mib);
    const outcome = await transport.invoke(request(endpointAt(`http://127.0.0.1:${port}/`, largeLimits)));
    expect(outcome).toMatchObject({ kind: "reply" });
    expect(memory.bytes).toBeLessThan(5 * mib);
    if (outcome.kind === "reply") outcome.held?.release();
    expect(memory.bytes).toBe(0);
    await transport.close();
  });

  test("beyond the bound a reply is refused without blame; once there is room again it is taken", async () => {
    const stalled: (() => void)[] = [];
    const url = await serve((incoming, response) => {
      incoming.resume();
      const body = valid(900 * kib);
      response.writeHead(200, { ...octets, "content-length": body.length });
      response.write(body.subarray(0, 800 * kib));
      stalled.push(() => void response.end(body.subarray(800 * kib)));
    });
    const { transport, memory } = transportWith(2 * mib);
    const endpoint = endpointAt(url, largeLimits);
    const first = transport.invoke(request(endpoint));
    await expect.poll(() => memory.bytes, { timeout: 20_000 }).toBeGreaterThan(800 * kib);
    const refused = await transport.invoke(request(endpoint));
    expect(refused).toMatchObject(failed("REPLY_MEMORY_FULL", "shortage"));
    expect(memory.bytes).toBeLessThanOrEqual(2 * mib);
    for (const go of stalled.splice(0)) go();
    const outcome = await first;
    expect(outcome).toMatchObject({ kind: "reply" });
    if (outcome.kind === "reply") outcome.held?.release();
    const again = transport.invoke(request(endpoint));
    await expect.poll(() => stalled.length, { timeout: 20_000 }).toBe(1);
    for (const go of stalled.splice(0)) go();
    expect(await again).toMatchObject({ kind: "reply" });
  });

  test("unpacked bytes count, and a reply that could never fit names the setting", async () => {
    const body = gzipSync(Buffer.alloc(16 * mib));
    const url = await serve((incoming, response) => {
      incoming.resume();
      response.writeHead(200, { ...octets, "content-encoding": "gzip", "content-length": body.length }).end(body);
    });
    const { transport, memory } = transportWith(4 * mib);
    const outcome = await transport.invoke(request(endpointAt(url, largeLimits)));
    expect(outcome).toMatchObject({
      ...failed("REPLY_TOO_LARGE", "entity"),
      failure: { cure: expect.stringContaining("SIGNALBOX_REPLY_BYTES_IN_MEMORY_MAX") },
    });
    await expect.poll(() => memory.bytes, { timeout: 20_000 }).toBe(0);
  });

  test("effects of two bytes each count as the objects that they become", async () => {
    const result = Buffer.alloc(2 * mib, Buffer.from([0x12, 0x00]));
    const prefix = Buffer.from([0xa2, 0x06, 0x80, 0x80, 0x80, 0x01]);
    expect(prefix.readUInt8(5)).toBe(1);
    expect(replyWeightOf(Buffer.concat([prefix, result]))).toBe((result.length / 2) * 400);
    const url = await serve((incoming, response) => {
      incoming.resume();
      response.writeHead(200, { ...octets, "content-length": prefix.length + result.length });
      response.write(prefix);
      response.end(result);
    });
    const { transport, memory } = transportWith(128 * mib);
    expect(await transport.invoke(request(endpointAt(url, largeLimits)))).toMatchObject(failed("REPLY_TOO_LARGE", "entity"));
    expect(memory.bytes).toBe(0);
  });

  test("replies over gRPC count as well", async () => {
    const message = valid(900 * kib);
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(message.length, 1);
    const server = createServer();
    server.on("stream", (stream, headers) => {
      stream.on("error", () => undefined).resume();
      // The server answers one call at a time, like one that does not know the stream of many calls.
      if (headers[":path"]?.endsWith("/Invoke") !== true) {
        stream.respond({ ":status": 200, "content-type": "application/grpc", "grpc-status": "12" }, { endStream: true });
        return;
      }
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
      stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
      stream.end(Buffer.concat([prefix, message]));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    cleanups.push(() => void server.close());
    const { transport, memory } = transportWith(mib);
    const endpoint = endpointAt(`grpc://127.0.0.1:${(server.address() as AddressInfo).port}`, largeLimits);
    const hold = new ReplyHold(memory);
    expect(hold.grow(600 * kib)).toBe(true);
    expect(await transport.invoke(request(endpoint))).toMatchObject(failed("REPLY_MEMORY_FULL", "shortage"));
    hold.release();
    expect(memory.bytes).toBe(0);
    await transport.close();
  });
});

describe("the memory in use", () => {
  test("is counted in one number over the threads that share it", () => {
    const one = new ReplyMemory(mib);
    const other = new ReplyMemory(structuredClone(one.shared));
    const hold = new ReplyHold(one);
    expect(hold.grow(700 * kib)).toBe(true);
    expect(other.bytes).toBe(700 * kib);
    const more = new ReplyHold(other);
    expect(more.grow(400 * kib)).toBe(false);
    expect(other.bytes).toBe(700 * kib);
    hold.release();
    hold.release();
    expect(more.grow(400 * kib)).toBe(true);
    expect(one.bytes).toBe(400 * kib);
  });

  test("stays until the epoch with the effects is durable, and not when none has them", () => {
    const memory = new ReplyMemory(mib);
    const held = new HeldReplies();
    const hold = (): ReplyHold => {
      const one = new ReplyHold(memory);
      one.grow(10 * kib);
      return one;
    };
    held.keep(hold(), undefined);
    expect(memory.bytes).toBe(0);
    held.keep(hold(), 3);
    held.keep(hold(), 4);
    held.durable(2);
    expect(memory.bytes).toBe(20 * kib);
    held.durable(3);
    expect(memory.bytes).toBe(10 * kib);
    held.releaseAll();
    expect(memory.bytes).toBe(0);
  });
});
