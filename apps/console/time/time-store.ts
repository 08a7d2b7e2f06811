/**
 * TimeStore: the console's time cursor outside React. `settled` is what pages ask with; it changes when a gesture ends, and once a second
 * while time plays. `cursor` follows the hand. The URL holds the settled moment (time-url.tsx), so that a link opens the same one.
 */
import { MessageSteps } from "./message-steps.ts";
import { momentOf, stepped, type CursorStep, type Span, type Speed, type TimeCursor } from "./time-cursor.ts";

export interface TimeSnapshot {
  readonly cursor: TimeCursor;
  /** Null for now. */
  readonly settledMs: number | null;
  readonly span: Span;
}

const start: TimeSnapshot = { cursor: { kind: "live" }, settledMs: null, span: "10 min" };
const tickMs = 250;
const settleMs = 1_000;

/** How the URL is changed: a gesture is one entry of the history, and playing replaces it. */
export type Settled = (atMs: number | null, way: "push" | "replace") => void;

export class TimeStore {
  /** The speed of the next play. */
  speed: Speed = 10;
  /** One queue of steps a tab, shared by the keys and the buttons. */
  readonly steps = new MessageSteps(this);
  #snapshot: TimeSnapshot = start;
  #timer: ReturnType<typeof setInterval> | undefined;
  #tickedMs = 0;
  #settledAtMs = 0;
  readonly #watchers = new Set<() => void>();
  readonly #isStill: () => boolean;
  #tellUrl: Settled = () => undefined;

  /** `isStill` says that the person wants less motion; then playing moves once a second. */
  constructor({ isStill = () => false }: { isStill?: () => boolean } = {}) {
    this.#isStill = isStill;
  }

  readonly snapshot = (): TimeSnapshot => this.#snapshot;
  readonly serverSnapshot = (): TimeSnapshot => start;
  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  onSettled(tell: Settled): () => void {
    this.#tellUrl = tell;
    return () => {
      this.#tellUrl = () => undefined;
    };
  }

  /** Moves the cursor while it is dragged; nothing is asked yet. */
  hover(atMs: number): void {
    this.#set({ ...this.#snapshot, cursor: stepped(this.#snapshot.cursor, { kind: "go", atMs }, Date.now()) });
  }

  act(step: Exclude<CursorStep, { kind: "pass" }>): void {
    const cursor = stepped(this.#snapshot.cursor, step, Date.now());
    this.#settle(cursor, "push");
    if (cursor.kind === "playing") this.#run();
    else this.#stop();
  }

  /** Takes the moment of the URL: a link, or back and forward. */
  adopt(atMs: number | null): void {
    if (atMs === this.#snapshot.settledMs) return;
    this.#stop();
    const cursor: TimeCursor = atMs === null ? { kind: "live" } : { kind: "at", atMs };
    this.#set({ ...this.#snapshot, cursor, settledMs: momentOf(cursor) });
  }

  span(span: Span): void {
    this.#set({ ...this.#snapshot, span });
  }

  end(): void {
    this.#stop();
  }

  #run(): void {
    if (this.#timer !== undefined) return;
    this.#tickedMs = performance.now();
    this.#settledAtMs = this.#tickedMs;
    this.#timer = setInterval(() => this.#tick(), tickMs);
  }

  #tick(): void {
    const nowMs = performance.now();
    if (this.#isStill() && nowMs - this.#settledAtMs < settleMs) return;
    const cursor = stepped(this.#snapshot.cursor, { kind: "pass", elapsedMs: nowMs - this.#tickedMs }, Date.now());
    this.#tickedMs = nowMs;
    if (cursor.kind !== "playing") {
      this.#stop();
      this.#settle(cursor, "replace");
    } else if (nowMs - this.#settledAtMs >= settleMs) {
      this.#settledAtMs = nowMs;
      this.#settle(cursor, "replace");
    } else this.#set({ ...this.#snapshot, cursor });
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #settle(cursor: TimeCursor, way: "push" | "replace"): void {
    const moment = momentOf(cursor);
    const settledMs = moment === null ? null : Math.round(moment);
    const changed = settledMs !== this.#snapshot.settledMs;
    this.#set({ ...this.#snapshot, cursor, settledMs });
    if (changed) this.#tellUrl(settledMs, way);
  }

  #set(next: TimeSnapshot): void {
    this.#snapshot = next;
    for (const watcher of this.#watchers) watcher();
  }
}
