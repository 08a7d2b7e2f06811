/**
 * ToldServer: where functions report which message they were called with, four bytes of its number each, so that one process holds both
 * ends of the clock. Neighbours: handled-server.ts only counts, paced-load.ts sends the numbers.
 */
import { createServer, type AddressInfo, type Server } from "node:net";

const numberBytes = 4;

export class ToldServer implements AsyncDisposable {
  readonly #server: Server;
  #seenMs: (number | undefined)[] = [];
  #seen = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<ToldServer> {
    const server = createServer();
    const told = new ToldServer(server);
    server.on("connection", (socket) => {
      let rest: Buffer = Buffer.alloc(0);
      socket.on("data", (bytes) => {
        rest = told.#heard(rest.length === 0 ? bytes : Buffer.concat([rest, bytes]));
      });
      // The functions are killed at the end of a job, which breaks their connection.
      socket.on("error", () => socket.destroy());
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return told;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get seen(): number {
    return this.#seen;
  }

  /** For each number the first time that it was reported (performance.now). */
  get seenMs(): readonly (number | undefined)[] {
    return this.#seenMs;
  }

  clear(): void {
    this.#seenMs = [];
    this.#seen = 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
  }

  #heard(bytes: Buffer): Buffer {
    const nowMs = performance.now();
    let at = 0;
    for (; at + numberBytes <= bytes.length; at += numberBytes) {
      const number = bytes.readUInt32LE(at);
      if (this.#seenMs[number] !== undefined) continue;
      this.#seenMs[number] = nowMs;
      this.#seen++;
    }
    return bytes.subarray(at);
  }
}
