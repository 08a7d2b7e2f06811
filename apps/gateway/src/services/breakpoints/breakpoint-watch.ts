/**
 * BreakpointWatch: remembers what the engine does not: which breakpoints ended lately, and why. While one is set it looks once a second. A
 * breakpoint that is full in one partition is released in all of them, and one that ended by itself gets an entry in the audit. Neighbours:
 * breakpoints-service.ts, and the engine, which holds and counts. Guarantee: no timer runs while none is set; endedMax are remembered.
 */
import type { BreakpointView, Engine } from "@signalbox/runtime";
import type { EndedBreakpoint } from "../../contract/messages/breakpoints.ts";
import { breakpointPlace } from "../../views/breakpoint-rows.ts";

const lookMs = 1_000;
const endedMax = 20;
/**
 * A breakpoint that is gone more than this before its end was ended by a restore and not by its time. The margin allows for threads that
 * read their clocks separately.
 */
const slackMs = 500;

export interface BreakpointWatchOptions {
  readonly engine: Pick<Engine, "breakpoints" | "releaseBreakpoint">;
  /** Called when a breakpoint ended by itself. */
  readonly ended: (breakpoint: EndedBreakpoint) => Promise<void>;
  readonly warn: (message: string) => void;
}

export class BreakpointWatch {
  readonly #options: BreakpointWatchOptions;
  #known = new Map<string, BreakpointView>();
  #ended: EndedBreakpoint[] = [];
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(options: BreakpointWatchOptions) {
    this.#options = options;
  }

  /** Newest first. */
  ended(): readonly EndedBreakpoint[] {
    return this.#ended;
  }

  /** Call it when a breakpoint was set. */
  begin(): void {
    for (const view of this.#options.engine.breakpoints()) this.#known.set(view.spec.id, view);
    this.#timer ??= setInterval(() => {
      this.#looking = this.#look().catch((error: unknown) => this.#options.warn(`breakpoints: ${String(error)}`));
    }, lookMs);
    this.#timer.unref();
  }

  /** Call it when a person released a breakpoint. */
  released(view: BreakpointView, by: string): void {
    this.#known.delete(view.spec.id);
    this.#remember(view, { why: "released", endedBy: by });
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { engine } = this.#options;
    const now = new Map(engine.breakpoints().map((view) => [view.spec.id, view]));
    const before = this.#known;
    this.#known = new Map([...now].filter(([, { isFull }]) => !isFull));
    if (now.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    for (const view of before.values())
      if (!now.has(view.spec.id)) await this.#endedByItself(view, view.untilMs > Date.now() + slackMs ? "restored" : "time over");
    for (const view of now.values()) {
      if (!view.isFull) continue;
      await engine.releaseBreakpoint(view.spec.id);
      await this.#endedByItself(view, "full");
    }
  }

  #endedByItself(view: BreakpointView, why: Exclude<EndedBreakpoint["why"], "released">): Promise<void> {
    return this.#options.ended(this.#remember(view, { why, endedBy: "" }));
  }

  #remember({ spec }: BreakpointView, how: Pick<EndedBreakpoint, "why" | "endedBy">): EndedBreakpoint {
    const ended = { id: spec.id, ...breakpointPlace(spec), by: spec.by, setMs: spec.setMs, endedMs: Date.now(), ...how };
    this.#ended = [ended, ...this.#ended].slice(0, endedMax);
    return ended;
  }
}
