/**
 * Turn: how long one client may keep the thread before others are heard: what a client has sent already is served without a wait in between, and so would be to its end.
 * Neighbours: connection.ts asks after each message, session.ts after each statement of one message.
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

  /** Resolves at once within a turn, and in the next one behind it. */
  async passed(): Promise<void> {
    if (this.#nowMs() - this.#beganMs < turnMsMax) return;
    await nextTurn();
    this.#beganMs = this.#nowMs();
  }
}
