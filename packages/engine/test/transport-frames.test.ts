/**
 * Frames over real connections: the calls of one turn leave in one POST once the other side has offered it, and each call ends as it would
 * have ended by itself. Servers write raw bytes here, so that parts come in any order and at any time. Neighbour:
 * transport-frames-broken.test.ts has replies that are cut or wrong.
 */
import type net from "node:net";
import { describe, expect, test } from "vitest";
import { frameType } from "../src/adapters/http/frame-format.ts";
import { cleanups, endpointAt, failed, newTransport, request } from "./transport-http-harness.ts";
import {
  abc,
  answerAll,
  type Asked,
  chunk,
  chunked,
  egresses,
  egressesOf,
  egressOf,
  frames,
  octets,
  offer,
  okPart,
  part,
  type PartSaid,
  replyTo,
  serveFrames,
  sized,
  stand,
} from "./frames-harness.ts";

describe("a request", () => {
  test("is framed only once a reply has offered it, up to eight calls of one turn, each answered with its own reply", async () => {
    const server = await serveFrames(answerAll);
    const transport = newTransport();
    const ask = (ids: readonly string[]) => {
      const endpoint = endpointAt(server.url);
      return ids.map((id) => transport.invoke(request(endpoint, { target: { type: "shop/cart", id } })));
    };
    expect(egresses(await Promise.all(ask(abc)))).toEqual(egressesOf(abc));
    expect(server.asked.map(({ isFrame }) => isFrame)).toEqual([false, false, false]);
    const { server: framed, ask: askOne } = await stand(answerAll);
    const ids = Array.from({ length: 17 }, (_, index) => `i${index}`);
    expect(egresses(await Promise.all(askOne(ids)))).toEqual(egressesOf(ids));
    expect(framed.asked.map((one) => one.ids)).toEqual([ids.slice(0, 8), ids.slice(8, 16), ids.slice(16)]);
    expect(framed.asked.map(({ isFrame }) => isFrame)).toEqual([true, true, false]);
  });

  test("is sent singly when it is alone in its turn, when it must be alone, and when frames are off", async () => {
    const { server, ask } = await stand(answerAll);
    await Promise.all(ask(["a"]));
    await Promise.all(ask(abc, () => ({ alone: true })));
    expect(server.asked.map(({ isFrame }) => isFrame)).toEqual([false, false, false, false]);
    const singleHead = server.asked[0]?.head;
    const off = await stand(answerAll, { options: { frames: false } });
    await Promise.all(off.ask(abc));
    expect(off.server.asked.map(({ isFrame }) => isFrame)).toEqual([false, false, false]);
    const port = /127\.0\.0\.1:\d+/;
    expect(off.server.asked[0]?.head.replace(port, "")).toBe(singleHead?.replace(port, ""));
  });

  test("names only the headers that it needs: no encoding that would hold parts back", async () => {
    const { server, ask } = await stand(answerAll);
    await Promise.all(ask(abc));
    expect(server.asked[0]?.head.split("\r\n")).toEqual([
      "POST / HTTP/1.1",
      expect.stringMatching(/^host: /),
      "connection: keep-alive",
      `content-type: ${frameType}`,
      `accept: ${frameType}`,
      "user-agent: statefun",
      expect.stringMatching(/^content-length: \d+$/),
    ]);
  });

  test("that is large goes in a frame of its own, and one that is too large fails alone", async () => {
    const { server, ask } = await stand(answerAll, { options: { payloadBytesMax: 300_000 } });
    const bytes: Record<string, number> = { a: 100, b: 290_000, c: 400_000, d: 200_000, e: 100_000, f: 10 };
    const ids = Object.keys(bytes);
    const value = (id: string) => ({ typename: "n/v", bytes: new Uint8Array(bytes[id] ?? 0) });
    const outcomes = await Promise.all(ask(ids, (id) => ({ inputs: [{ caller: undefined, value: value(id) }] })));
    expect(outcomes[2]).toMatchObject(failed("REQUEST_TOO_LARGE", "entity"));
    expect(egresses(outcomes.toSpliced(2, 1))).toEqual(egressesOf(ids.toSpliced(2, 1)));
    expect(new Set(server.asked.map((one) => `${one.isFrame} ${one.ids.join(" ")}`))).toEqual(new Set(["false b", "true a d", "true e f"]));
  });

  test("ends the offer when a reply does not repeat it", async () => {
    let offers = true;
    const { server, ask } = await stand(answerAll, {
      onSingle: ({ socket, ids }) => void socket.write(sized(replyTo(ids[0] ?? ""), offers ? offer : octets)),
    });
    offers = false;
    await Promise.all(ask(["x"]));
    await Promise.all(ask(abc));
    expect(server.asked.some(({ isFrame }) => isFrame)).toBe(false);
  });

  test("goes along its old route when the bindings change in its turn", async () => {
    const { transport, ask } = await stand(answerAll);
    const calls = ask(abc);
    transport.retain([]);
    expect(egresses(await Promise.all(calls))).toEqual(egressesOf(abc));
  });

  test("that is given up before it is sent is not in the frame", async () => {
    const held: Asked[] = [];
    const { ask } = await stand((asked) => void held.push(asked), { options: { poolConnectionsMax: 1 } });
    const first = ask(abc);
    await expect.poll(() => held.length).toBe(1);
    const [d, e, f] = ask(["d", "e", "f"], (id) => (id === "e" ? { timeoutMs: 20 } : {}));
    expect(await e).toMatchObject(failed("CALL_TIMEOUT", "suspect"));
    held.forEach(answerAll);
    expect(egresses(await Promise.all(first))).toEqual(egressesOf(abc));
    await expect.poll(() => held.length).toBe(2);
    expect(held[1]?.ids).toEqual(["d", "f"]);
    held.slice(1).forEach(answerAll);
    expect(egresses([await (d ?? failure()), await (f ?? failure())])).toEqual(["n/d", "n/f"]);
  });
});

describe("each part ends as a reply of its own", () => {
  test("as soon as it is whole, in any order, while others run", async () => {
    let slow: net.Socket | undefined;
    const { ask } = await stand(({ socket }) => {
      slow = socket;
      socket.write(Buffer.from(`HTTP/1.1 200 OK\r\n${frames}transfer-encoding: chunked\r\n\r\n`));
      socket.write(chunk(okPart(2, "c")));
    });
    const [a, b, c] = ask(abc);
    expect(egresses([await (c ?? failure())])).toEqual(["n/c"]);
    slow?.write(chunk(okPart(0, "a")));
    expect(egresses([await (a ?? failure())])).toEqual(["n/a"]);
    slow?.write(Buffer.concat([chunk(okPart(1, "b")), Buffer.from("0\r\n\r\n")]));
    expect(egresses([await (b ?? failure())])).toEqual(["n/b"]);
  });

  test("a failure is its part alone, with the code, text and words of a refusal of its own", async () => {
    const said: readonly PartSaid[] = [
      { status: 500, body: Buffer.from("it threw\n") },
      { status: 422, lines: "signalbox-outcome: reject\r\n", body: Buffer.from("never\n") },
      { status: 500, lines: "signalbox-outcome: retry-later\r\nretry-after: 7\r\n", body: Buffer.from("not now\n") },
      { status: 404, body: Buffer.from("no such type\n") },
      { status: 200, body: Buffer.from([1, 2, 3]) },
      { status: 200 },
      { status: 503 },
      { status: 200, body: replyTo("h") },
    ];
    const ids = said.map((_, index) => `i${index}`);
    const { ask } = await stand(
      ({ socket }) => void socket.write(sized(Buffer.concat(said.map((one, index) => part(index, one))), frames)),
      {
        onSingle: ({ socket, ids: [id = ""] }) => {
          const {
            status = 200,
            lines = "",
            body = Buffer.alloc(0),
          } = id === "first" ? { body: replyTo("first") } : (said[ids.indexOf(id)] ?? {});
          const type = status === 200 ? offer : "content-type: text/plain\r\n";
          socket.write(sized(body, `${type}${lines}`, `${status} Said`));
        },
      },
    );
    const framed = await Promise.all(ask(ids));
    const single = await Promise.all(ask(ids, () => ({ alone: true })));
    expect(framed).toEqual(single);
    expect(framed.map((outcome) => (outcome.kind === "reply" ? "reply" : outcome.failure.code))).toEqual([
      "ENDPOINT_ERROR",
      "REJECTED",
      "RETRY_LATER",
      "REPLY_STATUS",
      "REPLY_MALFORMED",
      "reply",
      "ENDPOINT_OVERLOADED",
      "reply",
    ]);
  });

  test("a reply that is too large fails alone, and what comes behind it counts", async () => {
    const { ask, server } = await stand(
      ({ socket }) => void socket.write(chunked(part(1, { body: Buffer.alloc(2000) }), okPart(0, "a"), okPart(2, "c"))),
      { options: { payloadBytesMax: 1000 } },
    );
    const outcomes = await Promise.all(ask(abc));
    expect(outcomes[1]).toMatchObject(failed("REPLY_TOO_LARGE", "entity"));
    expect(egresses([outcomes[0] ?? failure(), outcomes[2] ?? failure()])).toEqual(["n/a", "n/c"]);
    await Promise.all(ask(abc));
    expect(server.connections).toBe(1);
  });

  test("times out by its own clock, and the others are waited for", async () => {
    let open: net.Socket | undefined;
    const { ask } = await stand(({ socket }) => {
      open = socket;
      socket.write(Buffer.from(`HTTP/1.1 200 OK\r\n${frames}transfer-encoding: chunked\r\n\r\n`));
    });
    const [a, b, c] = ask(abc, (id) => (id === "b" ? { timeoutMs: 300 } : {}));
    expect(await b).toMatchObject(failed("CALL_TIMEOUT", "suspect"));
    // Its part comes late and changes nothing.
    open?.write(chunk(Buffer.concat([okPart(1, "b"), okPart(0, "a"), okPart(2, "c")])));
    expect(egresses([await (a ?? failure()), await (c ?? failure())])).toEqual(["n/a", "n/c"]);
  });

  test("of which no byte comes within the read timeout ends by it, whatever the other parts do meanwhile", async () => {
    const timers: NodeJS.Timeout[] = [];
    cleanups.push(() => timers.forEach(clearInterval));
    const { ask } = await stand(
      ({ socket }) => {
        const body = part(0, { body: replyTo("a") });
        socket.write(Buffer.from(`HTTP/1.1 200 OK\r\n${frames}transfer-encoding: chunked\r\n\r\n`));
        let at = 0;
        timers.push(setInterval(() => void (at < body.length && socket.write(chunk(body.subarray(at, ++at)))), 20));
      },
      { options: { readTimeoutMs: 1_000 } },
    );
    const [a, b] = ask(["a", "b"]);
    expect(await b).toMatchObject({ failure: { code: "CALL_TIMEOUT", message: expect.stringContaining("sent nothing for 1000 ms") } });
    expect(egressOf(await (a ?? failure()))).toBe("n/a");
  });

  test("ends the connection when all its callers have given up", async () => {
    const closed = Promise.withResolvers<void>();
    const { ask } = await stand(({ socket }) => void socket.on("close", () => closed.resolve()));
    for (const outcome of await Promise.all(ask(abc, () => ({ timeoutMs: 400 }))))
      expect(outcome).toMatchObject(failed("CALL_TIMEOUT", "suspect"));
    await closed.promise;
  });
});

describe("an endpoint that takes no frames", () => {
  const refusals: readonly (readonly [name: string, answer: Buffer])[] = [
    ["415", sized(Buffer.from("what is that?"), "", "415 Unsupported Media Type")],
    ["400", sized(Buffer.from("no request"), "", "400 Bad Request")],
    ["413", sized(Buffer.alloc(0), "", "413 Content Too Large")],
    ["500, as an SDK that takes it for a request", sized(Buffer.from("trace"), "", "500 Oops")],
    ["200 with a reply of another type", sized(replyTo("forged"), octets)],
    ["200 with frames that are packed", sized(Buffer.from([1, 2, 3]), `${frames}content-encoding: gzip\r\n`)],
    ["204", Buffer.from("HTTP/1.1 204 No Content\r\n\r\n")],
    ["301", sized(Buffer.alloc(0), "location: /x\r\n", "301 Moved")],
  ];

  test.each(refusals)("%s: is called singly at once, without a failure, and for a while", async (_name, answer) => {
    const { server, ask } = await stand(({ socket }) => void socket.write(answer));
    expect(egresses(await Promise.all(ask(abc)))).toEqual(egressesOf(abc));
    expect(egresses(await Promise.all(ask(abc)))).toEqual(egressesOf(abc));
    expect(server.asked.map(({ isFrame }) => isFrame)).toEqual([true, false, false, false, false, false, false]);
  });

  test.each([
    ["429 Too Many", "ENDPOINT_OVERLOADED"],
    ["503 Unavailable", "ENDPOINT_OVERLOADED"],
    ["502 Bad Gateway", "ENDPOINT_GATEWAY"],
    ["504 Gateway Timeout", "ENDPOINT_GATEWAY"],
  ])("%s fails each call, and is one event", async (status, code) => {
    const { ask } = await stand(({ socket }) => void socket.write(sized(Buffer.from("busy"), "retry-after: 3\r\n", status)));
    const outcomes = await Promise.all(ask(abc));
    for (const outcome of outcomes) expect(outcome).toMatchObject({ ...failed(code, "suspect"), failure: { code, raw: "busy" } });
    const events = new Set(outcomes.map((outcome) => (outcome.kind === "failure" ? outcome.event : undefined)));
    expect([...events]).toEqual([expect.any(Number)]);
  });
});

function failure(): never {
  throw new Error("no such call");
}
