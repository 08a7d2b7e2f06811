/**
 * FaultLink: a TCP proxy with faults, between the gateway and its functions or between a client and the gateway. It chooses one of
 * its targets for each connection (another when that one refuses), as a load balancer would, and never invents or reorders bytes:
 * a connection that lost some is reset before it carries more. Faults come and go by set(); reset() cuts what is open.
 */
import { connect, createServer, type Server, type Socket } from "node:net";

export type LinkFault =
  | { readonly kind: "none" }
  /** Nothing listens, and open connections are reset. */
  | { readonly kind: "refuse" }
  /** Bytes in this direction vanish, so their receiver waits. */
  | { readonly kind: "swallow"; readonly direction: "to-target" | "from-target" }
  | { readonly kind: "delay"; readonly ms: number }
  /** After this many bytes in this direction the rest is cut off, and the connection is reset; once for each connection. */
  | { readonly kind: "cut"; readonly direction: "to-target" | "from-target"; readonly afterBytes: number };

type Direction = "to-target" | "from-target";

interface Pair {
  readonly client: Socket;
  readonly target: Socket;
  lostBytes: boolean;
}

export class FaultLink implements AsyncDisposable {
  readonly port: number;
  readonly #targets: readonly number[];
  readonly #random: () => number;
  readonly #pairs = new Set<Pair>();
  readonly #bytesFrom = new Map<number, number>();
  #server: Server | undefined;
  #fault: LinkFault = { kind: "none" };

  private constructor(port: number, targets: readonly number[], random: () => number) {
    this.port = port;
    this.#targets = targets;
    this.#random = random;
  }

  /** Ports are those of 127.0.0.1; `random` chooses among the targets. */
  static async open(port: number, targets: readonly number[], random: () => number): Promise<FaultLink> {
    const link = new FaultLink(port, targets, random);
    await link.#listen();
    return link;
  }

  /** Returns how many bytes came back from a target, which shows whether it took part. */
  bytesFrom(target: number): number {
    return this.#bytesFrom.get(target) ?? 0;
  }

  async set(fault: LinkFault): Promise<void> {
    this.#fault = fault;
    if (fault.kind === "refuse") {
      await this.#stopListening();
      this.reset();
    } else {
      for (const pair of this.#pairs) if (pair.lostBytes) this.#end(pair);
      await this.#listen();
    }
  }

  /** Resets every open connection, in the middle of whatever it carries. */
  reset(): void {
    for (const pair of this.#pairs) this.#end(pair);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stopListening();
    this.reset();
  }

  #listen(): Promise<void> {
    if (this.#server !== undefined) return Promise.resolve();
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#accept(client));
    this.#server = server;
    return new Promise((done, failed) => {
      server.once("error", failed);
      server.listen(this.port, "127.0.0.1", 511, done);
    });
  }

  #stopListening(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return Promise.resolve();
    const closed = new Promise<void>((done) => server.close(() => done()));
    this.reset();
    return closed;
  }

  #accept(client: Socket): void {
    const first = Math.floor(this.#random() * this.#targets.length);
    const order = [...this.#targets.slice(first), ...this.#targets.slice(0, first)];
    client.on("error", () => undefined);
    client.pause();
    this.#connect(client, order);
  }

  #connect(client: Socket, [port, ...others]: readonly number[]): void {
    if (port === undefined || client.destroyed) {
      client.resetAndDestroy();
      return;
    }
    const target = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    const refused = (): void => this.#connect(client, others);
    target.once("error", refused);
    target.once("connect", () => {
      target.off("error", refused);
      this.#join(client, target, port);
    });
  }

  #join(client: Socket, target: Socket, port: number): void {
    const pair: Pair = { client, target, lostBytes: false };
    this.#pairs.add(pair);
    if (this.#server === undefined || client.destroyed) {
      this.#end(pair);
      return;
    }
    for (const socket of [client, target]) {
      socket.on("error", () => this.#end(pair));
      socket.on("close", () => this.#end(pair));
    }
    target.on("data", (bytes) => this.#bytesFrom.set(port, this.bytesFrom(port) + bytes.length));
    this.#forward(pair, { from: client, to: target, direction: "to-target" });
    this.#forward(pair, { from: target, to: client, direction: "from-target" });
    client.resume();
  }

  #forward(pair: Pair, { from, to, direction }: { from: Socket; to: Socket; direction: Direction }): void {
    const write = (bytes: Buffer): void => {
      if (to.destroyed || to.write(bytes)) return;
      from.pause();
      to.once("drain", () => from.resume());
    };
    // Whichever timer fires takes the oldest bytes, so that they never overtake each other.
    const delayed: (() => void)[] = [];
    const later = (ms: number, act: () => void): void => {
      delayed.push(act);
      setTimeout(() => delayed.shift()?.(), ms);
    };
    from.on("data", (bytes: Buffer) => {
      const fault = this.#fault;
      if (pair.lostBytes) return;
      if (fault.kind === "swallow" && fault.direction === direction) {
        pair.lostBytes = true;
      } else if (fault.kind === "cut" && fault.direction === direction) {
        pair.lostBytes = true;
        to.write(bytes.subarray(0, Math.min(fault.afterBytes, bytes.length - 1)), () => this.#end(pair));
      } else if (fault.kind === "delay" || delayed.length > 0) {
        later(fault.kind === "delay" ? fault.ms : 0, () => write(bytes));
      } else {
        write(bytes);
      }
    });
    from.on("end", () => {
      if (delayed.length > 0) later(0, () => to.end());
      else to.end();
    });
  }

  #end(pair: Pair): void {
    if (!this.#pairs.delete(pair)) return;
    pair.client.resetAndDestroy();
    pair.target.resetAndDestroy();
  }
}
