/**
 * HandledServer: where functions report that a message has come to its end (one byte each), so that one process, the load generator, holds
 * both ends of the clock. The byte's way over the loopback is inside the measurement, for us and for a rival alike.
 */
import { createServer, type AddressInfo, type Server } from "node:net";
import { Pool } from "undici";
import { cpuOfThisProcess, type Load, percentiles } from "./load.ts";
import { post } from "./bare-echo.ts";
import { message } from "../workload.ts";

const silenceMsMax = 120_000;

export class HandledServer implements AsyncDisposable {
  handled = 0;
  readonly #server: Server;
  #waiting: { readonly until: number; readonly done: (atMs: number) => void } | undefined;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<HandledServer> {
    const server = createServer();
    const handled = new HandledServer(server);
    server.on("connection", (socket) => {
      socket.on("data", (bytes) => handled.#heard(bytes.length));
      // The functions are killed at the end of a job, which breaks their connection.
      socket.on("error", () => socket.destroy());
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return handled;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Resolves with the moment (performance.now) at which this many messages in all have come to their end. */
  reached(until: number): Promise<number> {
    if (this.handled >= until) return Promise.resolve(performance.now());
    return new Promise((done, failed) => {
      const timer = setTimeout(() => failed(new Error(`no message came to its end for ${silenceMsMax} ms`)), silenceMsMax);
      this.#waiting = {
        until,
        done: (atMs) => {
          clearTimeout(timer);
          done(atMs);
        },
      };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
  }

  #heard(messages: number): void {
    this.handled += messages;
    if (this.#waiting === undefined || this.handled < this.#waiting.until) return;
    const { done } = this.#waiting;
    this.#waiting = undefined;
    done(performance.now());
  }
}

/** Sends one message at a time over HTTP; the next is sent when the one before has been answered and has come to its end. */
export async function endToEndLoad(
  url: string,
  options: { handled: HandledServer; seconds: number; contentType: string; path: () => string },
): Promise<Load> {
  const pool = new Pool(url, { connections: 1, pipelining: 1 });
  const latenciesMs: number[] = [];
  const cpuBefore = cpuOfThisProcess();
  const endMs = performance.now() + options.seconds * 1000;
  try {
    while (performance.now() < endMs) {
      const ended = options.handled.reached(options.handled.handled + 1);
      const startedMs = performance.now();
      const [endedMs] = await Promise.all([ended, post(pool, { path: options.path(), body: message, contentType: options.contentType })]);
      latenciesMs.push(endedMs - startedMs);
    }
  } finally {
    await pool.close();
  }
  return { sent: latenciesMs.length, ...percentiles(latenciesMs), loadCpuMicroseconds: cpuOfThisProcess() - cpuBefore };
}
