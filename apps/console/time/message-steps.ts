/**
 * MessageSteps: from message to message through the past. Steps run one after the other, each from where the one before it led, so that keys pressed faster
 * than the journal answers each count. At most STEPS_WAITING_MAX wait; a key held down longer is not run after. Neighbours: time-store.ts, playback-controls.tsx.
 */
/** How far from here the next message is looked for. */
const REACH_MS = 3_600_000;
const STEPS_WAITING_MAX = 20;

export type Way = 1 | -1;
export interface MessageAsk {
  fromMs: number;
  toMs: number;
  order: "oldest" | "newest";
}
/** When the first such message was; null: none is there. */
export type AskMessage = (ask: MessageAsk) => Promise<number | null>;

/** What is stepped: the time cursor. */
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

  /** False: no message was found that way. Rejects as `ask` does; the steps after it go on. */
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
