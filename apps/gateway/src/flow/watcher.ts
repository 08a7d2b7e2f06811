/**
 * Watcher: what one tab sees. Ticks pour into it; a frame is made when the tab is ready for one, so a slow tab gets fewer, fuller
 * frames and never an unbounded queue. Sent frames are held for a short while, so that a cut connection resumes without a gap.
 */
import type { AddressView, FlowDot, LiveFrame, TapeBucket } from "../trpc/views.ts";
import type { Change, TrackedFrame, WatchRequest } from "./flow.ts";
import { Tail } from "./tail.ts";
import { tapeSecondsMax } from "./tape.ts";

const framesHeldMax = 16;
const dotsHeldMax = 480;
const idleFrameMs = 1_000;

export interface Tick {
  readonly nowMs: number;
  readonly active: boolean;
  readonly dots: readonly FlowDot[];
  readonly moved: number;
  readonly closed: readonly TapeBucket[];
}

export interface FrameParts {
  pulse(): LiveFrame["pulse"];
  graph(): { nodes: NonNullable<LiveFrame["flow"]>["nodes"]; edges: NonNullable<LiveFrame["flow"]>["edges"] };
}

export class Watcher {
  readonly key: string;
  readonly request: WatchRequest;
  readonly tail: Tail | undefined;
  attached = true;
  detachedMs = 0;
  readonly #parts: FrameParts;
  readonly #changed = new Set<Change>();
  #frame = 0;
  #dots: FlowDot[] = [];
  #moved = 0;
  #tape: TapeBucket[] = [];
  #due = true;
  #sentMs = 0;
  #held: TrackedFrame[] = [];
  #wake: (() => void) | undefined;

  constructor(key: string, request: WatchRequest, parts: FrameParts) {
    this.key = key;
    this.request = request;
    this.#parts = parts;
    this.tail = request.tail === null ? undefined : new Tail(request.tail);
  }

  /** A tab that comes back too late for its held frames reads everything again. */
  catchUp(tape: readonly TapeBucket[]): void {
    for (const what of ["entity", "bindings", "savepoints", "failures", "breakers"] as const) this.#changed.add(what);
    this.#tape = [...tape];
  }

  change(what: Change): void {
    this.#changed.add(what);
  }

  touches(address: AddressView): boolean {
    const { entity } = this.request;
    return entity !== null && entity.id === address.id && entity.type === address.type;
  }

  tick(tick: Tick): void {
    if (this.request.flow) {
      this.#moved += tick.moved;
      for (const dot of tick.dots) if (this.#dots.length < dotsHeldMax) this.#dots.push(dot);
    }
    if (tick.closed.length > 0) this.#tape = this.#tape.concat(tick.closed).slice(-tapeSecondsMax);
    if (tick.active || this.#changed.size > 0 || Math.abs(tick.nowMs - this.#sentMs) >= idleFrameMs) {
      this.#due = true;
      this.#wake?.();
    }
  }

  /** Frames after the one with this number, if all of them are still held. */
  heldAfter(frame: number): TrackedFrame[] {
    const numberOf = (held: TrackedFrame): number => Number(held.id.slice(held.id.indexOf(".") + 1));
    return this.#held.filter((held) => numberOf(held) > frame);
  }

  async *frames(signal: AbortSignal, nowMs: () => number): AsyncGenerator<TrackedFrame> {
    while (!signal.aborted) {
      if (!this.#due) await this.#nextDue(signal);
      if (signal.aborted) return;
      this.#due = false;
      this.#sentMs = nowMs();
      const tracked = { id: `${this.key}.${(this.#frame += 1)}`, frame: this.#build() };
      this.#held.push(tracked);
      if (this.#held.length > framesHeldMax) this.#held.shift();
      yield tracked;
    }
  }

  #build(): LiveFrame {
    const frame: LiveFrame = {
      pulse: this.#parts.pulse(),
      flow: this.request.flow ? { ...this.#parts.graph(), dots: this.#dots, moved: this.#moved } : null,
      tail: this.tail?.take() ?? null,
      changed: [...this.#changed],
      tape: this.#tape,
    };
    this.#changed.clear();
    this.#dots = [];
    this.#moved = 0;
    this.#tape = [];
    return frame;
  }

  async #nextDue(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => resolve();
    this.#wake = wake;
    signal.addEventListener("abort", wake);
    try {
      await promise;
    } finally {
      signal.removeEventListener("abort", wake);
      this.#wake = undefined;
    }
  }
}
