/**
 * WireWriter: gathers the bytes for a client and sends them as fast as the client reads. Neighbours: connection.ts and session.ts write.
 * Guarantee: what waits for a slow client is bounded, and a client that reads nothing for a while is disconnected.
 */
import type { Duplex } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";

/** When this much is gathered it is sent, and others get their turn. */
const gatheredBytesMax = 64 * 1024;
const stalledMsMax = 60_000;

export class WireWriter {
  readonly #socket: Duplex;
  #gathered: Buffer[] = [];
  #bytes = 0;

  constructor(socket: Duplex) {
    this.#socket = socket;
  }

  get isFull(): boolean {
    return this.#bytes >= gatheredBytesMax;
  }

  get isOver(): boolean {
    return this.#socket.destroyed;
  }

  add(...messages: readonly Buffer[]): void {
    for (const message of messages) {
      this.#gathered.push(message);
      this.#bytes += message.length;
    }
  }

  async flush(): Promise<void> {
    if (this.#bytes === 0 || this.#socket.destroyed) return;
    const whole = Buffer.concat(this.#gathered);
    this.#gathered = [];
    this.#bytes = 0;
    if (this.#socket.write(whole)) await nextTurn();
    else await this.#taken();
  }

  #taken(): Promise<void> {
    const socket = this.#socket;
    return new Promise((resolve) => {
      const stalled = setTimeout(() => socket.destroy(), stalledMsMax);
      const done = (): void => {
        clearTimeout(stalled);
        socket.off("drain", done).off("close", done);
        resolve();
      };
      socket.once("drain", done).once("close", done);
    });
  }
}
