/**
 * A guarded server survives errors of its handlers, and whatever clients do to their connections.
 */
import { EventEmitter } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createGuardedServer, neverUnheard, type GuardedListenerParts } from "../../src/listener/guarded-listener.ts";

const cleanups: (() => unknown)[] = [];
const strays: unknown[] = [];
const keep = (error: unknown): void => void strays.push(error);
process.on("uncaughtException", keep);
process.on("unhandledRejection", keep);
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
  expect(strays.splice(0)).toEqual([]);
});

async function open(handle: GuardedListenerParts["handle"], failed?: GuardedListenerParts["failed"]): Promise<Server> {
  const answer = (error: unknown, _request: IncomingMessage, response: ServerResponse): void =>
    void response.writeHead(500).end(error instanceof Error ? error.message : "?");
  const server = createGuardedServer({ handle, failed: failed ?? answer });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  cleanups.push(() => new Promise((closed) => server.close(closed).closeAllConnections()));
  return server;
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** Returns all that comes back until the connection ends, or until it contains the text. */
function raw(server: Server, request: string, until = ""): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(portOf(server), "127.0.0.1", () => socket.write(request));
    let received = "";
    socket.on("data", (chunk: Buffer) => {
      received += chunk.toString("latin1");
      if (until !== "" && received.includes(until)) socket.destroy();
    });
    socket.on("error", reject).on("close", () => resolve(received));
  });
}

const lives = async (server: Server): Promise<boolean> => (await raw(server, "GET /ok HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 200");

const handle: GuardedListenerParts["handle"] = ({ url }, response) => {
  if (url === "/throw") throw new Error("thrown");
  if (url === "/reject") return Promise.reject(new Error("rejected"));
  if (url === "/late") {
    response.writeHead(200, { "content-length": 2 });
    response.destroy(new Error("broken"));
  } else response.writeHead(200, { "content-length": 0 }).end();
  return undefined;
};

test.each(["throw", "reject"])("a handler that does %s ends its own request, with an answer", async (how) => {
  const server = await open(handle);
  expect(await raw(server, `GET /${how} HTTP/1.0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 500 .*\r\n\r\n(thrown|rejected)$/s);
  expect(await lives(server)).toBe(true);
});

test("an answer that throws too breaks its own connection off", async () => {
  const server = await open(handle, () => {
    throw new Error("again");
  });
  expect(await raw(server, "GET /throw HTTP/1.0\r\n\r\n")).toBe("");
  expect(await lives(server)).toBe(true);
});

test("a response that breaks with an error ends nothing else", async () => {
  const server = await open(handle);
  await raw(server, "GET /late HTTP/1.0\r\n\r\n").catch(() => undefined);
  expect(await lives(server)).toBe(true);
});

test("a client that asks for a tunnel is told that there is none", async () => {
  const server = await open(handle);
  expect(await raw(server, "CONNECT a.example:443 HTTP/1.1\r\nhost: a.example:443\r\n\r\n")).toMatch(/^HTTP\/1\.1 405 /);
  expect(await lives(server)).toBe(true);
});

test("a client that asks for another protocol is answered in this one", async () => {
  const server = await open(handle);
  const request = "GET /ok HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n";
  expect(await raw(server, request, "\r\n\r\n")).toMatch(/^HTTP\/1\.1 200 /);
  expect(await lives(server)).toBe(true);
});

test("a server that cannot take one more connection goes on with its others", async () => {
  const server = await open(handle);
  server.emit("error", Object.assign(new Error("accept EMFILE"), { code: "EMFILE" }));
  expect(await lives(server)).toBe(true);
});

test("an error of a socket that it was given is handled for good", () => {
  const child = new EventEmitter();
  neverUnheard(child);
  for (let times = 0; times < 2; times++) child.emit("error", new Error("kill ESRCH"));
});
