/**
 * Connections before node:http: what is answered there, when they move on, and that nothing waits there without a bound (issue 4).
 */
import { afterEach, describe, expect, test } from "vitest";
import { pipelinedMax } from "../../src/surfaces/http/fast-path-connection.ts";
import { watchMs } from "../../src/surfaces/http/fast-path-server.ts";
import { answered, coldRequest, FastPathStand, message, type FastPathStandOptions } from "../support/fast-path-stand.ts";

let stand: FastPathStand;
async function open(options: FastPathStandOptions = {}): Promise<FastPathStand> {
  stand = await FastPathStand.open(options);
  return stand;
}
afterEach(() => stand[Symbol.asyncDispose]());

/** Waits until what was sent in memory has arrived. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const idleTurns = Math.ceil(65_000 / watchMs) + 2;

describe("answers", () => {
  test("an accepted message is answered as node:http would write it", async () => {
    const { front, waiting } = await open();
    const client = stand.connect();
    client.send(message("one", "hi", "idempotency-key: k"));
    await turn();
    expect(waiting).toMatchObject([{ url: "/v1/messages/test/visits/one", body: "hi", idempotencyKey: "k" }]);
    waiting[0]?.accept();
    await client.until(answered(1));
    expect(client.received.replace(/Date: [^\r]*/, "Date: now")).toBe(
      [
        "HTTP/1.1 202 Accepted",
        "content-type: application/json",
        "content-length: 28",
        "Date: now",
        "Connection: keep-alive",
        "Keep-Alive: timeout=65",
        "",
        '{"messageId":1,"traceId":1}\n',
      ].join("\r\n"),
    );
    expect(/Date: ([^\r]*)/.exec(client.received)?.[1]).toMatch(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/);
    expect(front.size).toBe(1);
  });

  test("a request that comes byte by byte is answered, and so is the next one", async () => {
    const { waiting } = await open();
    const client = stand.connect();
    client.send(...message("one"), ...message("two"));
    await turn();
    expect(waiting.map(({ url, body }) => [url.at(-1), body])).toEqual([
      ["e", "hello"],
      ["o", "hello"],
    ]);
    for (const { accept } of waiting) accept();
    await client.until(answered(2));
    expect(stand.front.size).toBe(1);
  });

  test("two requests that are cut anywhere are the same two requests", async () => {
    await open({ atOnce: "visits" });
    const both = message("one") + message("two", "");
    for (let cut = 1; cut < both.length; cut++) {
      const client = stand.connect();
      client.send(both.slice(0, cut));
      await turn();
      client.send(both.slice(cut));
      await client.until(answered(2));
      expect([cut, client.statuses()]).toEqual([cut, [202, 202]]);
      client.socket.destroy();
    }
  });

  test("answers keep the order of their requests, whichever is ready first", async () => {
    const { waiting } = await open();
    const client = stand.connect();
    client.send(message("one") + message("two") + message("three"));
    await turn();
    waiting[2]?.accept();
    waiting[1]?.reject(new Error("unexpected"));
    await turn();
    expect(client.received).toBe("");
    waiting[0]?.accept();
    await client.until(answered(3));
    expect(client.statuses()).toEqual([202, 500, 202]);
    expect(client.received).toContain('"messageId":3');
  });

  test("all answers of one turn leave in one write", async () => {
    const { waiting } = await open();
    const client = stand.connect();
    const writes: unknown[] = [];
    const write = client.inside?.write.bind(client.inside);
    if (client.inside !== undefined && write !== undefined) {
      client.inside.write = (chunk: unknown) => {
        writes.push(chunk);
        return write(chunk);
      };
    }
    client.send(message("one") + message("two") + message("three"));
    await turn();
    for (const { accept } of waiting) accept();
    await client.until(answered(3));
    expect(writes).toHaveLength(1);
  });

  test("a client that breaks off gets no answer and leaves nothing behind", async () => {
    const { front, waiting } = await open();
    const client = stand.connect();
    client.send(message("one"));
    await turn();
    client.socket.destroy();
    await turn();
    expect(front.size).toBe(0);
    waiting[0]?.accept();
    await turn();
    expect(stand.clientErrors).toEqual([]);
  });
});

describe("a request that is not a plain message", () => {
  test("moves to node:http after the answers before it, and stays there", async () => {
    const { front, waiting } = await open();
    const client = stand.connect();
    client.send(message("one") + coldRequest + message("two") + coldRequest.slice(0, 20));
    await turn();
    expect(client.received).toBe("");
    waiting[0]?.accept();
    await client.until(answered(3));
    client.send(coldRequest.slice(20));
    await client.until(answered(4));
    expect(client.statuses()).toEqual([202, 200, 200, 200]);
    expect(client.received.match(/by: node/g)).toHaveLength(3);
    expect(front.size).toBe(0);
    expect(waiting).toHaveLength(1);
  });

  test.each(["memory", "socket"])("is cut anywhere and still read as it was sent (%s)", async (via) => {
    await open({ atOnce: "visits", listens: via === "socket" });
    const mixed = message("one") + coldRequest + message("two", "x", "connection: keep-alive, x");
    for (let cut = 1; cut < mixed.length; cut++) {
      const client = stand.connect();
      client.send(mixed.slice(0, cut));
      await turn();
      client.send(mixed.slice(cut));
      await client.until(answered(3));
      expect([cut, client.statuses()]).toEqual([cut, [202, 200, 200]]);
      client.socket.destroy();
    }
  });

  test("is answered by node:http although the client has ended its side meanwhile", async () => {
    const { waiting } = await open({ listens: true });
    const client = stand.connect();
    client.socket.end(message("one") + coldRequest);
    while (waiting.length === 0) await turn();
    waiting[0]?.accept();
    await client.until((seen) => seen.closed);
    expect(client.statuses()).toEqual([202, 200]);
  });

  test("may be an upgrade; the bytes of the other protocol come after it", async () => {
    await open({ listens: true, atOnce: "visits" });
    stand.server.on("upgrade", (_request, socket, begun: Buffer) => {
      socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n");
      socket.write(begun);
      socket.on("data", (bytes: Buffer) => socket.write(bytes));
      socket.on("end", () => socket.end());
    });
    const client = stand.connect();
    client.send(`${message("one")}GET /ws HTTP/1.1\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\nfirst`);
    await client.until(({ received }) => received.endsWith("first"));
    client.send("second");
    await client.until(({ received }) => received.endsWith("firstsecond"));
    expect(client.statuses()).toEqual([202, 101]);
    client.socket.end();
  });

  test("is refused by node:http when it is not HTTP", async () => {
    await open({ atOnce: "visits" });
    const client = stand.connect();
    client.send(`${message("one")}nonsense\r\n\r\n`);
    await client.until((seen) => seen.closed);
    expect(client.statuses()).toEqual([202, 400]);
    expect(stand.clientErrors).toEqual(["HPE_INVALID_METHOD"]);
  });
});

describe("limits", () => {
  test("no more than so many messages of one connection wait; the others are read as those are answered", async () => {
    const { waiting } = await open();
    const client = stand.connect();
    const count = pipelinedMax * 3 + 7;
    client.send(Array.from({ length: count }, (_, index) => message(String(index))).join("") + coldRequest);
    await turn();
    expect(waiting).toHaveLength(pipelinedMax);
    for (let next = 0; next < count; next++) {
      expect(waiting.length - next).toBeLessThanOrEqual(pipelinedMax);
      while (waiting.length <= next) await turn();
      waiting[next]?.accept();
      await client.until(({ received }) => received.includes(`{"messageId":${next + 1},`));
    }
    await client.until(answered(count + 1));
    expect(waiting.map(({ url }) => url.split("/").at(-1))).toEqual(Array.from({ length: count }, (_, index) => String(index)));
    expect(client.statuses().at(-1)).toBe(200);
  });

  test.each([
    ["one after the other", 1],
    ["many at a time", pipelinedMax],
  ])("a client that sends messages %s and does not read its answers is not read", async (_how, atATime) => {
    await open({ atOnce: "visits" });
    const client = stand.connect();
    client.socket.pause();
    const many = pipelinedMax * 20;
    for (let sent = 0; sent < many; sent += atATime) {
      client.send(message("one").repeat(atATime));
      await turn();
    }
    // Only as many answers were made as fit into the buffers of both ends.
    expect(stand.taken).toBeLessThan(many / 4);
    client.socket.resume();
    await client.until(answered(many));
  });
});

describe("time", () => {
  test("a request that does not become whole goes to node:http, and is read there to its end", async () => {
    const { front } = await open({ atOnce: "visits" });
    const client = stand.connect();
    client.send(message("one"));
    await client.until(answered(1));
    await turn();
    for (let turns = 0; turns < idleTurns - 2; turns++) front.turn();
    const [head, tail] = [message("two").slice(0, -3), message("two").slice(-3)];
    client.send(head);
    await turn();
    front.turn();
    expect(front.size).toBe(1);
    front.turn();
    expect(front.size).toBe(0);
    client.send(tail);
    await client.until(answered(2));
    expect(client.received).toContain("by: node");
  });

  test("a request that comes a byte at a turn goes there too", async () => {
    const { front } = await open({ atOnce: "visits" });
    const client = stand.connect();
    client.send(message("one"));
    await client.until(answered(1));
    for (const byte of message("two").slice(0, 3)) {
      client.send(byte);
      await turn();
      front.turn();
    }
    expect(front.size).toBe(0);
  });

  test.each([
    ["that sends nothing", []],
    ["that sends its request slower than it may", [message("slow").slice(0, 40)]],
    ["that sends a first message and then a slow one", [message("one") + message("slow").slice(0, 40)]],
  ])("a client %s hears 408 from node:http", async (_what, parts) => {
    const { front } = await open({
      listens: true,
      atOnce: "/one",
      headersTimeout: 30,
      requestTimeout: 60,
      connectionsCheckingInterval: 10,
    });
    const client = stand.connect();
    client.send(...parts);
    while (front.size === 0) await turn();
    if (parts.length > 0 && parts[0]?.includes("/one")) await client.until(answered(1));
    while (front.size > 0) {
      await turn();
      front.turn();
    }
    await client.until((seen) => seen.closed);
    expect(client.statuses().at(-1)).toBe(408);
  });

  test("a connection that rests longer than the keep-alive timeout is closed; one that waits for its answer is not", async () => {
    const { front, waiting } = await open();
    const [idle, busy] = [stand.connect(), stand.connect()];
    idle.send(message("idle"));
    busy.send(message("busy"));
    await turn();
    waiting[0]?.accept();
    await idle.until(answered(1));
    await turn();
    for (let turns = 0; turns < idleTurns - 1; turns++) front.turn();
    expect(front.size).toBe(2);
    front.turn();
    await idle.until((seen) => seen.closed);
    expect(front.size).toBe(1);
    waiting[1]?.accept();
    await busy.until(answered(1));
  });
});

describe("a request that has begun", () => {
  test("is counted until it is whole", async () => {
    await open({ atOnce: "visits" });
    const client = stand.connect();
    const whole = message("one", "x".repeat(900));
    client.send(whole.slice(0, 500));
    await turn();
    expect(stand.held.taken).toBeGreaterThanOrEqual(500);
    client.send(whole.slice(500));
    await client.until(answered(1));
    expect(stand.held.taken).toBe(0);
  });

  test("goes to node:http when there is no room for it, and nothing of it stays", async () => {
    await open();
    const whole = message("one", "x".repeat(900));
    const clients = Array.from({ length: 300 }, () => stand.connect());
    for (const client of clients) client.send(whole.slice(0, 500), whole.slice(500, 900));
    await turn();
    await turn();
    expect(stand.held.taken).toBeLessThanOrEqual(stand.held.bytesMax);
    expect(stand.front.size).toBeLessThan(300);
    for (const client of clients) client.socket.destroy();
    await turn();
    await turn();
    expect(stand.held.taken).toBe(0);
    expect(stand.front.size).toBe(0);
  });
});
