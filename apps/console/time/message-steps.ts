/**
 * MessageSteps: steps from message to message through the past. Steps run one after the other, each from where the one before it led, so
 * that each key counts even when keys come faster than the journal answers. At most STEPS_WAITING_MAX wait; a key held down longer does not
 * add more. Neighbours: time-store.ts, playback-controls.tsx.
 */
/** How far from here the next message is searched. */
const REACH_MS = 3_600_000;
const STEPS_WAITING_MAX = 20;

export type Way = 1 | -1;
export interface MessageAsk {
  fromMs: number;
  toMs: number;
  order: "oldest" | "newest";
}
/** Resolves with the time of the first such message; null when there is none. */
export type AskMessage = (ask: MessageAsk) => Promise<number | null>;

/** The time cursor, which is stepped. */
export interface Stepped {
  snapshot: () => { readonly settledMs: number | null };
  act: (step: { kind: "go"; atMs: number }) => void;
}

export class MessageSteps {
  readonly #store: Stepped;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(store: Stepped) {
    this.#store = store;
  }

  /** Resolves with false when no message was found in that direction. Rejects as `ask` does; the steps after it continue. */
  step(way: Way, ask: AskMessage): Promise<boolean> {
    if (this.#waiting >= STEPS_WAITING_MAX) return Promise.resolve(true);
    this.#waiting += 1;
    const step = this.#last.then(() => this.#run(way, ask)).finally(() => (this.#waiting -= 1));
    this.#last = step.catch(() => undefined);
    return step;
  }

  async #run(way: Way, ask: AskMessage): Promise<boolean> {
    const { settledMs } = this.#store.snapshot();
    if (settledMs === null) return true;
    const found = await ask(
      way === 1
        ? { fromMs: settledMs + 1, toMs: settledMs + REACH_MS, order: "oldest" }
        : { fromMs: Math.max(0, settledMs - REACH_MS), toMs: settledMs - 1, order: "newest" },
    );
    // Where the person went meanwhile counts more than a late answer.
    if (found !== null && this.#store.snapshot().settledMs === settledMs) this.#store.act({ kind: "go", atMs: found });
    return found !== null;
  }
}
