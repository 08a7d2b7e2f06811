/**
 * FastPathStand: the fast path before a node:http server whose answers are recognisable ("by: node"), with messages that wait until the
 * test answers them, and clients over memory or a real socket that keep all they received.
 */
import { createServer, type Server, type ServerOptions } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { duplexPair, type Duplex } from "node:stream";
import type { Accepted } from "@signalbox/runtime";
import { FastPathServer } from "../../src/surfaces/http/fast-path-server.ts";
import { openToAll } from "../../src/identity/identity.ts";
import { RequestBytes } from "../../src/listener/request-bytes.ts";
import type { CallParts, CallReply } from "../../src/surfaces/http/calls.ts";
import type { MessageParts } from "../../src/surfaces/http/messages.ts";

export interface WaitingMessage {
  /** The parts of the request; the body is a text of its own. */
  readonly url: string;
  readonly body: string;
  readonly idempotencyKey: string | undefined;
  accept(): void;
  reject(error: Error): void;
}

export interface WaitingCall {
  readonly url: string;
  readonly accept: string | undefined;
  readonly body: string;
  readonly gone: AbortSignal;
  answer(value: string): void;
  reject(error: Error): void;
}

export interface FastPathStandOptions extends ServerOptions {
  /** Messages with this in their address are answered at once. */
  readonly atOnce?: string;
  readonly listens?: boolean;
}

export interface FrontClient {
  readonly socket: Duplex;
  /** The server's end of the connection, in memory. */
  readonly inside: Duplex | undefined;
  received: string;
  closed: boolean;
  send(...parts: (string | Buffer)[]): void;
  /** Resolves when what was received so far fits. */
  until(fits: (client: FrontClient) => boolean): Promise<void>;
  statuses(): number[];
}

export class FastPathStand implements AsyncDisposable {
  readonly server: Server;
  readonly front: FastPathServer;
  readonly held = new RequestBytes(256 * 1024);
  readonly waiting: WaitingMessage[] = [];
  readonly waitingCalls: WaitingCall[] = [];
  readonly clientErrors: string[] = [];
  readonly logged: string[] = [];
  /** The number of messages that came so far. */
  taken = 0;

  private constructor(options: FastPathStandOptions) {
    this.server = createServer({ keepAliveTimeout: 65_000, requireHostHeader: false, ...options }, (request, response) => {
      request.resume();
      request.on("end", () => response.writeHead(200, { by: "node", "content-length": 0 }).end());
    });
    this.server.on("clientError", (error: Error & { code?: string }, socket) => {
      this.clientErrors.push(String(error.code));
      socket.end(`HTTP/1.1 ${error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400} Bad\r\ncontent-length: 0\r\n\r\n`);
    });
    const held = this.held;
    const messages = { messageBytesMax: 1000, held, accept: (parts: MessageParts) => this.accept(parts, options.atOnce) };
    this.front = new FastPathServer({
      server: this.server,
      messages,
      calls: {
        call: (parts, _principal, gone) => this.call(parts, gone),
        logError: (error, where) => this.logged.push(`${where}: ${String(error)}`),
      },
      identity: openToAll,
      site: { allowsHost: (host) => host !== "foreign" },
    });
  }

  static async open(options: FastPathStandOptions = {}): Promise<FastPathStand> {
    const stand = new FastPathStand(options);
    if (options.listens) await new Promise<void>((resolve) => stand.server.listen(0, "127.0.0.1", resolve));
    return stand;
  }

  private call({ url, accept, body }: CallParts, gone: AbortSignal): Promise<CallReply> {
    return new Promise((resolve, reject) => {
      const text = body.toString();
      const answer = (value: string): void =>
        resolve({ status: 200, headers: [["signalbox-message-id", 7]], contentType: "text/plain", body: value });
      this.waitingCalls.push({ url, accept, body: text, gone, answer, reject });
    });
  }

  private accept({ url, body, idempotencyKey }: MessageParts, atOnce: string | undefined): Promise<Accepted> {
    const messageId = ++this.taken;
    const accepted = { messageId, traceId: messageId, repeated: false };
    if (atOnce !== undefined && url.includes(atOnce)) return Promise.resolve(accepted);
    return new Promise((resolve, reject) => {
      this.waiting.push({ url, body: body.toString(), idempotencyKey, accept: () => resolve(accepted), reject });
    });
  }

  connect(): FrontClient {
    if (this.server.listening) return clientOf(connect((this.server.address() as AddressInfo).port, "127.0.0.1"), undefined);
    const [outside, inside] = duplexPair();
    outside.on("close", () => void inside.destroy());
    inside.on("close", () => void outside.destroy());
    this.server.emit("connection", inside);
    return clientOf(outside, inside);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.front.close();
    this.server.closeAllConnections();
    if (this.server.listening) await new Promise((resolve) => this.server.close(resolve));
  }
}

function clientOf(socket: Duplex, inside: Duplex | undefined): FrontClient {
  let wake = (): void => undefined;
  const client: FrontClient = {
    socket,
    inside,
    received: "",
    closed: false,
    send: (...parts) => {
      for (const part of parts) socket.write(part, "latin1");
    },
    async until(fits) {
      while (!fits(client)) {
        if (client.closed) throw new Error(`closed; it had received: ${client.received}`);
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    statuses: () => [...client.received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status)),
  };
  const onEnd = (): void => {
    client.closed = true;
    wake();
  };
  socket.on("data", (bytes: Buffer) => {
    client.received += bytes.toString("latin1");
    wake();
  });
  socket.on("end", onEnd).on("close", onEnd).on("error", onEnd);
  return client;
}

/** Makes a plain message. */
export function message(id: string, body = "hello", ...headers: string[]): string {
  return requestTo(`/v1/messages/test/visits/${id}`, body, headers);
}

/** Makes a plain call. */
export function call(id: string, body = "hello", ...headers: string[]): string {
  return requestTo(`/v1/calls/test/visits/${id}`, body, headers);
}

function requestTo(path: string, body: string, headers: readonly string[]): string {
  return [`POST ${path} HTTP/1.1`, "host: gateway", `content-length: ${body.length}`, ...headers, "", body].join("\r\n");
}

export const answered = (count: number) => (client: FrontClient) => client.statuses().length === count;
export const coldRequest = "GET /health HTTP/1.1\r\nhost: gateway\r\n\r\n";
