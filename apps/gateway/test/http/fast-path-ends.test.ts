/**
 * The fast path when a client or the gateway ends: answers that are owed still come, and nothing is taken after the last one.
 */
import { afterEach, describe, expect, test } from "vitest";
import { answered, FastPathStand, message, type FastPathStandOptions } from "../support/fast-path-stand.ts";

let stand: FastPathStand;
async function open(options: FastPathStandOptions = {}): Promise<FastPathStand> {
  stand = await FastPathStand.open(options);
  return stand;
}
afterEach(() => stand[Symbol.asyncDispose]());

/** Waits until what was sent in memory has arrived. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("ends", () => {
  test("a client that ends its side gets its outstanding answers, then the end", async () => {
    const { waiting } = await open({ listens: true });
    const client = stand.connect();
    client.socket.end(message("one") + message("two"));
    while (waiting.length < 2) await turn();
    waiting[0]?.accept();
    await client.until(answered(1));
    waiting[1]?.accept();
    await client.until((seen) => seen.closed);
    expect(client.statuses()).toEqual([202, 202]);
  });

  test("a client that ends its side in the middle of a request is told that it is not whole", async () => {
    await open({ listens: true, atOnce: "visits" });
    const client = stand.connect();
    client.socket.end(message("one") + message("two").slice(0, -1));
    await client.until((seen) => seen.closed);
    expect(client.statuses()).toEqual([202, 400]);
    expect(stand.clientErrors).toEqual(["HPE_INVALID_EOF_STATE"]);
  });

  test("when it stops, idle connections close, and answers under way are the last ones and say so", async () => {
    const { front, waiting } = await open({ listens: true });
    const clients = [stand.connect(), stand.connect()];
    for (const client of clients) client.send(message("one"));
    while (waiting.length < 2) await turn();
    waiting[0]?.accept();
    while (!clients.some((client) => client.received !== "")) await turn();
    const [idle, busy] = clients[0]?.received === "" ? clients.toReversed() : clients;
    void front.stop();
    await idle?.until((seen) => seen.closed);
    expect(busy?.closed).toBe(false);
    waiting[1]?.accept();
    await busy?.until((seen) => seen.closed);
    expect(busy?.statuses()).toEqual([202]);
    expect(busy?.received).toContain("Connection: close");
    expect(busy?.received).not.toContain("Keep-Alive");
  });

  test("when it stops, a request that was on its way over an idle connection is answered, as its last", async () => {
    const { front, waiting } = await open({ listens: true });
    const client = stand.connect();
    client.send(message("one"));
    while (waiting.length < 1) await turn();
    waiting[0]?.accept();
    await client.until(answered(1));
    const stopped = front.stop();
    client.send(message("two"));
    while (waiting.length < 2) await turn();
    waiting[1]?.accept();
    await client.until((seen) => seen.closed);
    await stopped;
    expect(client.statuses()).toEqual([202, 202]);
    expect(client.received.match(/Connection: [a-z-]*/g)).toEqual(["Connection: keep-alive", "Connection: close"]);
  });

  test("when it stops, only the last of several answers says that it is the last", async () => {
    const { front, waiting } = await open();
    const client = stand.connect();
    client.send(message("one") + message("two"));
    await turn();
    void front.stop();
    for (const { accept } of waiting) accept();
    await client.until((seen) => seen.closed);
    expect(client.received.match(/Connection: [a-z-]*/g)).toEqual(["Connection: keep-alive", "Connection: close"]);
  });

  test("when it stops, nothing is read behind the last answer", async () => {
    const { front, waiting } = await open();
    const client = stand.connect();
    client.send(message("one") + message("two"));
    await turn();
    void front.stop();
    waiting[1]?.accept();
    await turn();
    client.send(message("three"));
    await turn();
    expect(waiting).toHaveLength(2);
    waiting[0]?.accept();
    await client.until((seen) => seen.closed);
    expect(client.statuses()).toEqual([202, 202]);
  });

  test("when it stops, a connection whose last answer was ready before ends behind it", async () => {
    const { front, waiting } = await open();
    const client = stand.connect();
    client.send(message("one") + message("two"));
    await turn();
    waiting[1]?.accept();
    await turn();
    void front.stop();
    waiting[0]?.accept();
    await client.until((seen) => seen.closed);
    expect(client.statuses()).toEqual([202, 202]);
  });

  test("when it stops, a request that has begun is finished by node:http", async () => {
    const { front } = await open();
    const client = stand.connect();
    client.send(message("one").slice(0, -1));
    await turn();
    void front.stop();
    client.send("o");
    await client.until(answered(1));
    expect(client.received).toContain("by: node");
  });

  test("when it closes, every connection is gone at once", async () => {
    const { front } = await open({ listens: true });
    const client = stand.connect();
    client.send(message("one"));
    while (stand.waiting.length === 0) await turn();
    front.close();
    await client.until((seen) => seen.closed);
    expect(client.received).toBe("");
  });
});
