/**
 * ThreadWatch: sees whether the gateway's thread is held: how late its event loop is, and how much of that time the thread itself used. On
 * a busy machine a loop is late because others run; only what the thread's own CPU time explains is our fault (nothing may hold the thread
 * over 50 ms).
 * Neighbours: server.ts names what begins; health, metrics and the status summary show the figures; the fuzzer fails on them.
 * Guarantee: it costs a timer of the system and one look a second, and it writes at most one line in the log every ten seconds.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";

export interface ThreadFigures {
  /** The latest that the event loop was in the last minute, in milliseconds. */
  readonly lateMs: number;
  /** The part of `lateMs` that the work of the thread itself explains. */
  readonly heldMs: number;
}

export interface ThreadWatchParts {
  /** Returns the figures since the last call of it. */
  readonly sample: () => { lateMs: number; cpuMs: number };
  readonly nowMs: () => number;
  readonly warn: (message: string) => void;
}

const heldMsMax = 50;
const lookEveryMs = 1_000;
const rememberedMs = 60_000;
const warnEveryMs = 10_000;
const resolutionMs = 20;

export class ThreadWatch {
  /** In how many seconds the thread was held for longer than heldMsMax. */
  heldTimes = 0;
  readonly #parts: ThreadWatchParts;
  readonly #looks: (ThreadFigures & { readonly atMs: number })[] = [];
  #lastBegan = "";
  #warnedMs = Number.NEGATIVE_INFINITY;

  constructor(parts: ThreadWatchParts) {
    this.#parts = parts;
  }

  /** Tells that something begins that may take long. When the thread is held, the last of these is named as the likeliest cause. */
  began(what: string): void {
    this.#lastBegan = what;
  }

  /** Must be called once a second. */
  look(): void {
    const { lateMs, cpuMs } = this.#parts.sample();
    const atMs = this.#parts.nowMs();
    const heldMs = Math.min(lateMs, cpuMs);
    this.#looks.push({ atMs, lateMs, heldMs });
    if (heldMs <= heldMsMax) return;
    this.heldTimes++;
    if (atMs - this.#warnedMs < warnEveryMs) return;
    this.#warnedMs = atMs;
    const what = this.#lastBegan === "" ? "nothing that was asked for had begun before" : `the last that began: ${this.#lastBegan}`;
    this.#parts.warn(`the gateway's thread was held for ${Math.round(heldMs)} ms (${what}); everything waited as long`);
  }

  /** How late the loop was in the last second that was looked at. */
  latestLateMs(): number {
    return this.#looks.at(-1)?.lateMs ?? 0;
  }

  figures(): ThreadFigures {
    const oldest = this.#parts.nowMs() - rememberedMs;
    while ((this.#looks[0]?.atMs ?? Number.POSITIVE_INFINITY) < oldest) this.#looks.shift();
    let lateMs = 0;
    let heldMs = 0;
    for (const look of this.#looks) {
      lateMs = Math.max(lateMs, look.lateMs);
      heldMs = Math.max(heldMs, look.heldMs);
    }
    return { lateMs: Math.round(lateMs), heldMs: Math.round(heldMs) };
  }
}

export interface RunningWatch {
  readonly watch: ThreadWatch;
  /** Begins to look. Loading at the start holds the thread, and nobody waits for the gateway yet, so the watch begins after it. */
  begin(): void;
}

/** Returns a watch over this thread, which ends with the signal. */
export function watchThread(warn: (message: string) => void, signal: AbortSignal): RunningWatch {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  let cpuBefore = process.threadCpuUsage();
  const sample = (): { lateMs: number; cpuMs: number } => {
    const { user, system } = process.threadCpuUsage(cpuBefore);
    cpuBefore = process.threadCpuUsage();
    const lateMs = Math.max(0, delay.max / 1e6 - resolutionMs);
    delay.reset();
    return { lateMs, cpuMs: (user + system) / 1000 };
  };
  const watch = new ThreadWatch({ sample, nowMs: () => performance.now(), warn });
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => {
    clearInterval(timer);
    delay.disable();
  };
  signal.addEventListener("abort", end, { once: true });
  return {
    watch,
    begin: () => {
      if (signal.aborted) return;
      cpuBefore = process.threadCpuUsage();
      delay.enable();
      timer = setInterval(() => watch.look(), lookEveryMs).unref();
    },
  };
}
