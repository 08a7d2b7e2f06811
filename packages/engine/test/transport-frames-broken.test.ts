/**
 * Frames whose reply is cut at any byte, or wrong: the parts that came whole count, and the calls of all others fail by one event.
 * Neighbour: transport-frames.test.ts has those that are answered correctly.
 */
import { describe, expect, test } from "vitest";
import { encodePartHead, frameType } from "../src/adapters/http/frame-format.ts";
import { anyPlace } from "../src/adapters/endpoint-places.ts";
import { FrameLane } from "../src/adapters/http/frame-lane.ts";
import { HttpFrame } from "../src/adapters/http/http-frame.ts";
import { HttpPool } from "../src/adapters/http/http-pool.ts";
import { HttpProtocolError } from "../src/adapters/http/http-response-head.ts";
import { ReplyMemory } from "../src/adapters/http/reply-memory.ts";
import { HttpCall } from "../src/adapters/http/transport-http-call.ts";
import { endpointAt, failed, request } from "./transport-http-harness.ts";
import { abc, chunked, egresses, egressesOf, egressOf, frames, noBytes, okPart, part, sized, stand } from "./frames-harness.ts";

describe("a frame that is cut", () => {
  const parts = [okPart(1, "b"), okPart(2, "c"), okPart(0, "a")];
  const forms: readonly (readonly [name: string, bytes: Buffer])[] = [
    ["with a length", sized(Buffer.concat(parts), frames)],
    ["in chunks", chunked(...parts)],
    ["in chunks of seven bytes", chunked(...pieces(Buffer.concat(parts), 7))],
    ["until the connection closes", Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${frames}\r\n`), ...parts])],
  ];

  test.each(forms)("%s: the parts that came whole count, at every byte, and the others are one event", async (_name, bytes) => {
    let cut = 0;
    const { ask } = await stand(({ socket }) => void socket.end(bytes.subarray(0, cut)));
    const ends = endsOf(parts, bytes);
    for (; cut < bytes.length; cut++) {
      const outcomes = await Promise.all(ask(abc));
      const whole = [1, 2, 0].filter((_, at) => cut >= (ends[at] ?? Number.POSITIVE_INFINITY));
      const events = new Set<number | undefined>();
      for (const [index, outcome] of outcomes.entries()) {
        if (whole.includes(index)) expect(egressOf(outcome), `cut after ${cut}`).toBe(`n/${abc[index]}`);
        else {
          expect(outcome, `cut after ${cut} of ${bytes.length} bytes`).toMatchObject(failed("ENDPOINT_DISCONNECTED", "suspect"));
          events.add(outcome.kind === "failure" ? outcome.event : undefined);
        }
      }
      expect(events.size).toBe(whole.length === 3 ? 0 : 1);
      expect(events.has(undefined)).toBe(false);
    }
    expect(egresses(await Promise.all(ask(abc)))).toEqual(egressesOf(abc));
  });

  function pieces(bytes: Buffer, size: number): Buffer[] {
    return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
  }

  /** Returns the positions in the bytes at which each part is complete. */
  function endsOf(inOrder: readonly Buffer[], bytes: Buffer): number[] {
    const headBytes = bytes.indexOf("\r\n\r\n") + 4;
    const isChunked = bytes.includes("transfer-encoding");
    const at: number[] = [];
    let left = inOrder.map((one) => one.length);
    let position = headBytes;
    const take = (count: number, step: (used: number) => void): void => {
      for (let used = 1; used <= count; used++) {
        const [first = 0, ...rest] = left;
        left = first === 1 ? rest : [first - 1, ...rest];
        if (first === 1) step(used);
      }
    };
    if (!isChunked) {
      take(bytes.length - headBytes, (used) => void at.push(position + used));
      return at;
    }
    for (;;) {
      const lineEnd = bytes.indexOf("\r\n", position);
      const size = Number.parseInt(bytes.toString("latin1", position, lineEnd), 16);
      if (size === 0) return at;
      position = lineEnd + 2;
      take(size, (used) => void at.push(position + used));
      position += size + 2;
    }
  }
});

describe("a frame with a wrong answer", () => {
  const wrong: readonly (readonly [name: string, pieces: readonly Buffer[], whole: readonly number[]])[] = [
    ["with a part twice", [okPart(0, "a"), okPart(0, "forged")], [0]],
    ["with a part that was not asked for", [okPart(2, "c"), okPart(3, "forged")], [2]],
    ["with more bytes than its parts", [okPart(0, "a"), okPart(1, "b"), okPart(2, "c"), Buffer.from([0])], [0, 1, 2]],
    ["without its last part", [okPart(0, "a"), okPart(2, "c")], [0, 2]],
    ["in the middle of a part", [okPart(0, "a"), okPart(1, "b").subarray(0, 9)], [0]],
    ["with a number without end", [okPart(1, "b"), Buffer.alloc(6, 0x80)], [1]],
    ["with a status that is none", [part(0, { status: 42 })], []],
    ["with lines that are none", [part(0, { status: 500, lines: "no line" })], []],
    [
      "with lines without end",
      [Buffer.concat([encodePartHead({ index: 0, status: 500, linesBytes: 5000, bodyBytes: 0 }), Buffer.alloc(5000)])],
      [],
    ],
    ["with more than all parts may have", [encodePartHead({ index: 0, status: 200, linesBytes: 0, bodyBytes: 2 ** 31 - 1 })], []],
  ];

  test.each(wrong)(
    "%s: ends the connection, fails the open calls with one event, and calls go singly from then on",
    async (_name, bytes, whole) => {
      const { server, ask } = await stand(({ socket }) => void socket.write(chunked(...bytes)));
      const outcomes = await Promise.all(ask(abc));
      const events = new Set<unknown>();
      for (const [index, outcome] of outcomes.entries()) {
        if (whole.includes(index)) expect(egressOf(outcome)).toBe(`n/${abc[index]}`);
        else {
          expect(outcome).toMatchObject(failed("ENDPOINT_ERROR", "suspect"));
          events.add(outcome.kind === "failure" ? outcome.event : undefined);
        }
      }
      if (whole.length < 3) expect([...events]).toEqual([expect.any(Number)]);
      server.asked.length = 0;
      expect(egresses(await Promise.all(ask(abc)))).toEqual(egressesOf(abc));
      if (whole.length < 3) expect(server.asked.map(({ isFrame }) => isFrame)).toEqual([false, false, false]);
    },
  );

  test("before it was written: counts in no part", async () => {
    const target = {
      host: "127.0.0.1",
      port: 1,
      lookup: anyPlace.lookup,
      socketPath: undefined,
      secure: undefined,
      connectTimeoutMs: 1000,
    };
    const pool = new HttpPool({ target, connectionsMax: 1, readTimeoutMs: 1000, lifeMs: 0 });
    const lane = new FrameLane({ pool, frameHead: noBytes, payloadBytesMax: 1000, readTimeoutMs: 1000, gathering: new Set() });
    const memory = new ReplyMemory();
    const options = { url: "http://f/", payloadBytesMax: 1000, connectTimeoutMs: 1000, readTimeoutMs: 1000, nowMs: () => 0, memory };
    const calls = abc.map((id) => {
      const call = new HttpCall(options, { timeoutMs: 60_000, owner: undefined, lane });
      return { call, head: noBytes, request: request(endpointAt("http://f/"), { target: { type: "shop/cart", id } }) };
    });
    const frame = new HttpFrame({ lane, calls, parts: calls.map(() => noBytes) });
    frame.onSent({ isWriting: true, destroy: () => undefined });
    const said = { contentLength: undefined, contentEncoding: undefined, retryAfter: undefined, location: undefined, outcome: undefined };
    frame.onHead(200, { ...said, contentType: frameType, frames: undefined });
    const early = okPart(0, "forged");
    frame.onBody(early, 0, early.length);
    frame.onEarly(new HttpProtocolError("EARLY", "it replied before the request was written"));
    for (const { call } of calls)
      expect(await call.outcome).toMatchObject({
        ...failed("ENDPOINT_ERROR", "suspect"),
        failure: { message: expect.stringContaining("before the request was written") },
      });
  });
});
