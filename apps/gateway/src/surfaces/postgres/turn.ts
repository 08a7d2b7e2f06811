/**
 * Turn: how long one client may use the thread before others get a turn. Without it, everything that a client has already sent would be
 * served in one go. Neighbours: connection.ts asks after each message, session.ts after each statement of one message.
 */
import { setImmediate as nextTurn } from "node:timers/promises";

const turnMsMax = 10;

export class Turn {
  readonly #nowMs: () => number;
  #beganMs: number;

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
    this.#beganMs = nowMs();
  }

  /** Resolves at once while the client's turn lasts, and after that in the next turn of the event loop. */
  async passed(): Promise<void> {
    if (this.#nowMs() - this.#beganMs < turnMsMax) return;
    await nextTurn();
    this.#beganMs = this.#nowMs();
  }
}
