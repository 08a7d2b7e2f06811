/**
 * Sleepers: the endpoints that may scale to zero. It looks at each a few times a second, wakes those that are wanted, and says which are
 * asleep, so that nobody calls them and the processes that the gateway starts for them end. Neighbours: sleep-state.ts decides;
 * services/modules/placements.ts leaves out what is asleep; wake-call.ts asks a URL that starts functions elsewhere, wake-command.ts runs a
 * command that does.
 * Guarantee: one wake at a time for each endpoint; what a wake does or does not do holds up nothing else.
 */
import { isDeepStrictEqual } from "node:util";
import { shownWake, type ScaleToZero } from "./scale-to-zero.ts";
import { nextSleepState, type Seen, type SleepState } from "./sleep-state.ts";

const lookEveryMs = 200;
/**
 * After this many wakes in a row that were accepted while nothing answered, a warning is written; by then the backoff is at its limit
 * (sleep-state.ts).
 */
const fruitlessWakesMin = 6;

export interface SleepersOptions {
  /** Undefined when nobody has bound it yet. */
  readonly look: (endpoint: string) => Seen | undefined;
  /** Wakes the endpoint. Resolves with the reason why the wake was not accepted; undefined when it was. */
  readonly wake: (spec: ScaleToZero, signal: AbortSignal) => Promise<string | undefined>;
  /** Called when the result of `scaled` has changed. */
  readonly onChange: () => void;
  readonly warn: (message: string) => void;
  readonly nowMs?: () => number;
}

export interface SleepView {
  readonly state: SleepState["kind"];
  readonly sinceMs: number | undefined;
  readonly wakes: number;
  readonly problem: SleepProblem | undefined;
}

export interface SleepProblem {
  readonly code: "WAKE_FAILED";
  readonly message: string;
  readonly where: string;
  readonly cure: string;
}

interface Sleeper {
  readonly spec: ScaleToZero;
  state: SleepState;
  problem: SleepProblem | undefined;
  underWay: boolean;
  /** How many wakes in a row were accepted while nothing answered. */
  taken: number;
  /** Why calls did not get through when it was last seen. */
  failure: string | undefined;
}

export class Sleepers {
  readonly #options: SleepersOptions;
  readonly #nowMs: () => number;
  readonly #sleepers = new Map<string, Sleeper>();
  readonly #end = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SleepersOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? Date.now;
  }

  /**
   * Declares all endpoints from now on. Those whose processes the gateway starts begin asleep; of the others nobody knows before they are
   * called.
   */
  declare(specs: readonly ScaleToZero[]): void {
    const wanted = new Set(specs.map(({ endpoint }) => endpoint));
    for (const endpoint of this.#sleepers.keys()) if (!wanted.has(endpoint)) this.#sleepers.delete(endpoint);
    for (const spec of specs) {
      if (isDeepStrictEqual(this.#sleepers.get(spec.endpoint)?.spec, spec)) continue;
      const nowMs = this.#nowMs();
      const state: SleepState = spec.wake === undefined ? { kind: "asleep", sinceMs: nowMs } : { kind: "awake", idleSinceMs: undefined };
      this.#sleepers.set(spec.endpoint, { spec, state, problem: undefined, underWay: false, taken: 0, failure: undefined });
    }
    if (this.#sleepers.size > 0) this.#timer ??= setInterval(() => this.lookAtAll(), lookEveryMs).unref();
  }

  /** Undefined when the endpoint is called like any other. */
  scaled(endpoint: string): "asleep" | "waking" | undefined {
    const kind = this.#sleepers.get(endpoint)?.state.kind;
    return kind === "awake" ? undefined : kind;
  }

  /** Undefined when the endpoint does not scale to zero. */
  view(endpoint: string): SleepView | undefined {
    const sleeper = this.#sleepers.get(endpoint);
    if (sleeper === undefined) return undefined;
    const { state, problem } = sleeper;
    const sinceMs = state.kind === "awake" ? state.idleSinceMs : state.sinceMs;
    return { state: state.kind, sinceMs, wakes: state.kind === "waking" ? state.wakes : 0, problem };
  }

  lookAtAll(): void {
    let changed = false;
    for (const sleeper of this.#sleepers.values()) {
      const seen = this.#options.look(sleeper.spec.endpoint);
      if (seen === undefined) continue;
      const before = sleeper.state.kind;
      const { state, act } = nextSleepState(sleeper.state, seen, { nowMs: this.#nowMs(), idleAfterMs: sleeper.spec.idleAfterMs });
      sleeper.state = state;
      sleeper.failure = seen.failure;
      if (state.kind !== "waking") Object.assign(sleeper, { problem: undefined, taken: 0 });
      if (act === "wake" && sleeper.spec.wake !== undefined) void this.#wake(sleeper);
      if (before !== state.kind) changed = true;
    }
    if (changed) this.#options.onChange();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#end.abort();
  }

  async #wake(sleeper: Sleeper): Promise<void> {
    if (sleeper.underWay) return;
    sleeper.underWay = true;
    const { spec } = sleeper;
    const reason = await this.#options.wake(spec, this.#end.signal);
    sleeper.underWay = false;
    sleeper.taken = reason === undefined && sleeper.state.kind === "waking" ? sleeper.taken + 1 : 0;
    const before = sleeper.problem;
    sleeper.problem = problemOf(sleeper, reason);
    if (sleeper.problem === undefined || before !== undefined) return;
    const { where, message, cure } = sleeper.problem;
    this.#options.warn(`${where}: ${message} ${cure}`);
  }
}

function problemOf({ spec, taken, failure }: Sleeper, reason: string | undefined): SleepProblem | undefined {
  const { endpoint, module, wake } = spec;
  if (wake === undefined) return undefined;
  const problem = { code: "WAKE_FAILED", where: `module ${module}, endpoint ${endpoint}` } as const;
  const isCommand = wake.kind === "command";
  const again = isCommand ? "It is run again by itself, later each time." : "It is asked again by itself, later each time.";
  if (reason !== undefined)
    return {
      ...problem,
      message: `${shownWake(wake)} ${isCommand ? "did not wake it" : "did not take the wake"}: ${reason}`,
      cure: `${isCommand ? "Mend what it runs, or `scaleToZero.wakeCommand`." : "Mend what answers there, or `scaleToZero.wake`."} ${again}`,
    };
  if (taken < fruitlessWakesMin) return undefined;
  const still = failure === undefined ? "" : `: ${failure}`;
  return {
    ...problem,
    message: `${shownWake(wake)} ${isCommand ? "ended well" : "took the wake"} ${taken} times in a row, and nothing answers at the endpoint${still}`,
    cure: `See what it starts, and whether that listens where the endpoint's address says. ${again}`,
  };
}
