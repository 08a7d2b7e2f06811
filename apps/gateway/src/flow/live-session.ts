/**
 * LiveSession: what one browser sees. Ticks pour into it; a frame is made when the browser is ready for one, so a slow one gets fewer,
 * fuller frames and never an unbounded queue. Sent frames are held for a short while, so that a cut connection resumes without a gap. The
 * graph goes as deltas (shared/flow-delta.ts), once a graphMs and at once when a dot moves on an edge that is new, but never more often
 * than its bytes allow.
 */
import { FlowSent, type FlowGraph } from "../shared/flow-delta.ts";
import type { AddressView } from "../contract/shapes/address.ts";
import type { FlowDelta, FlowDot } from "../contract/overview/flow.ts";
import type { LiveFrame, LiveNeeds } from "../contract/overview/live.ts";
import type { TimelineBucket } from "../contract/overview/overview.ts";
import type { Change, FrameView, TrackedFrame } from "./flow.ts";
import { Tail } from "./tail.ts";
import { timelineSecondsMax } from "./timeline.ts";

const framesHeldMax = 16;
const dotsHeldMax = 240;
const idleFrameMs = 1_000;
/** Rates are over seconds: four times a second they only say noise. Half a tick less than a second, so that ticks do not slip. */
const graphMs = 875;
/** A graph with hundreds of busy edges is sent less often, so that an idle tab costs about the same whatever it shows. */
const graphBytesPerSecondMax = 16 * 1024;
const graphRestMsMax = 4_000;

export interface Tick {
  readonly nowMs: number;
  readonly active: boolean;
  readonly dots: readonly FlowDot[];
  readonly moved: number;
  readonly closed: readonly TimelineBucket[];
}

export interface FrameParts {
  summary(): LiveFrame["summary"];
  graph(): FlowGraph;
}

interface SessionParts {
  readonly parts: FrameParts;
  readonly timeline: readonly TimelineBucket[];
  readonly view?: FrameView | undefined;
  readonly steadyMs: () => number;
}

export class LiveSession {
  readonly key: string;
  readonly needs: LiveNeeds;
  readonly tails: readonly Tail[];
  /** Undefined when the session shows everything. */
  readonly view: FrameView | undefined;
  attached = true;
  detachedMs = 0;
  readonly #parts: FrameParts;
  readonly #changed = new Set<Change>();
  readonly #touched = new Set<AddressView>();
  readonly #sent = new FlowSent();
  #graphSentMs = Number.NEGATIVE_INFINITY;
  #graphRestMs = 0;
  #frame = 0;
  #dots: FlowDot[] = [];
  #moved = 0;
  #timeline: TimelineBucket[] = [];
  #due = true;
  #sentMs = 0;
  #held: TrackedFrame[] = [];
  #wake: (() => void) | undefined;

  constructor(key: string, needs: LiveNeeds, { parts, timeline, view, steadyMs }: SessionParts) {
    this.key = key;
    this.view = view;
    this.needs = needs;
    this.#parts = parts;
    this.#timeline = [...timeline];
    this.tails = needs.tails.map((text) => new Tail(text, steadyMs));
  }

  /** A session that comes back too late for its held frames reads everything again. */
  catchUp(): void {
    for (const what of ["bindings", "savepoints", "failures", "breakers"] as const) this.#changed.add(what);
    for (const entity of this.needs.entities) this.#touched.add(entity);
  }

  change(what: Change): void {
    this.#changed.add(what);
  }

  touch(address: AddressView): void {
    for (const entity of this.needs.entities) if (entity.id === address.id && entity.type === address.type) this.#touched.add(entity);
  }

  tick(tick: Tick): void {
    if (this.needs.flow) this.#move(tick);
    if (tick.closed.length > 0 && this.view?.timeline !== false)
      this.#timeline = this.#timeline.concat(tick.closed).slice(-timelineSecondsMax);
    if (tick.active || this.#changed.size + this.#touched.size > 0 || Math.abs(tick.nowMs - this.#sentMs) >= idleFrameMs) {
      this.#due = true;
      this.#wake?.();
    }
  }

  /** Nothing is sent about what the session may not see, not even how much moved there, so the count is that of the sample. */
  #move({ dots, moved }: Tick): void {
    const { view } = this;
    const seen = view === undefined ? dots : dots.filter(({ edge }) => view.seesEdge(edge));
    this.#moved += view === undefined ? moved : seen.length;
    for (const dot of seen) if (this.#dots.length < dotsHeldMax) this.#dots.push(dot);
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
      this.#frame += 1;
      const tracked = { id: `${this.key}.${this.#frame}`, frame: this.#build(this.#sentMs) };
      this.#held.push(tracked);
      if (this.#held.length > framesHeldMax) this.#held.shift();
      yield tracked;
    }
  }

  #build(nowMs: number): LiveFrame {
    const frame: LiveFrame = {
      number: this.#frame,
      summary: this.#parts.summary(),
      flow: this.needs.flow ? this.#flow(nowMs) : null,
      tails: this.tails.map((tail) => tail.take()),
      changed: [...this.#changed],
      touched: [...this.#touched],
      timeline: this.#timeline,
    };
    this.#changed.clear();
    this.#touched.clear();
    this.#dots = [];
    this.#moved = 0;
    this.#timeline = [];
    return frame;
  }

  #flow(nowMs: number): FlowDelta {
    const sinceMs = Math.abs(nowMs - this.#graphSentMs);
    const wanted = sinceMs >= graphMs || this.#dots.some((dot) => !this.#sent.knowsEdge(dot.edge));
    const parts = { dots: this.#dots, moved: this.#moved, nowMs };
    if (!wanted || sinceMs < this.#graphRestMs) return this.#sent.delta(null, parts);
    const delta = this.#sent.delta(this.#parts.graph(), parts);
    this.#graphSentMs = nowMs;
    // The first delta is the whole graph. It is paid for once, and what changed after it should not wait for that.
    const bytes = delta.whole ? 0 : JSON.stringify(delta).length;
    this.#graphRestMs = Math.min((bytes / graphBytesPerSecondMax) * 1_000, graphRestMsMax);
    return delta;
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
