/**
 * ScheduleIngress: sends runs as messages when they are due. The position says which was the last one and is kept in the epoch of its
 * messages, so each run is exactly one message, over crashes, restarts and restores. One batch is under way at a time; runs that come due
 * while the engine has no room are missed, and the policy decides about them. Neighbours: run-times.ts (when), due-runs.ts (what of it),
 * schedule-position.ts (what is kept).
 */
import { GatewayError } from "../../contract/problem.ts";
import type { ScheduleFacts } from "../../contract/messages/schedules.ts";
import { stringBytes } from "../../values/body-value.ts";
import { ConnectorFailure } from "../connector-failure.ts";
import type { IngressContext, IngressRecord, OpenIngress, ScheduleControl } from "../connector.ts";
import { recordsPerAcceptMax } from "../connector.ts";
import { InvalidRecord } from "../invalid-record.ts";
import { nextTurn } from "../next-turn.ts";
import { Wake } from "../wake.ts";
import { dueRuns, type DueRuns } from "./due-runs.ts";
import { jitterOf, runTimes, type RunTimes } from "./run-times.ts";
import { positionText, stateOf, type PastRun, type ScheduleState } from "./schedule-position.ts";
import { misfireText, whenText, type ScheduleSpec } from "./schedule-spec.ts";

const stringType = "io.statefun.types/string";
/** The clock is read at least this often, because it may be set and the machine may sleep. */
const lookAgainMsMax = 10_000;
/** How long a person waits to hear that a change is durable. */
const confirmMsMax = 10_000;
const clockBehindMsMax = 60_000;
const nextShown = 5;
/** A thousand of them open in one moment, and each looks through calendars for milliseconds: one after the other, with turns for others between. */
let lastLook: Promise<void> = Promise.resolve();

function lookTurn(): Promise<void> {
  lastLook = lastLook.then(() => nextTurn());
  return lastLook;
}

export async function openSchedule(spec: ScheduleSpec, context: IngressContext): Promise<OpenIngress> {
  const schedule = new Schedule(spec, context);
  await schedule.begin();
  const running = schedule.run();
  return {
    ended: running,
    durable: (position) => schedule.durable(position),
    schedule,
    async close() {
      await running.catch(() => undefined);
    },
  };
}

interface Step {
  readonly records: readonly IngressRecord[];
  readonly state: ScheduleState;
}

class Schedule implements ScheduleControl {
  readonly #spec: ScheduleSpec;
  readonly #context: IngressContext;
  readonly #times: RunTimes;
  readonly #wake = new Wake();
  #waking: Promise<void> | undefined;
  /**
   * The next runs after the last one. They are kept because they take long to compute and the list of schedules is read again and again.
   */
  #shown: { readonly lastMs: number; readonly nextMs: readonly number[] } | undefined;
  #clockIsBehind = false;
  #state: ScheduleState;
  /** Steps run one after the other: each begins with the state that the one before made durable. */
  #turn: Promise<unknown> = Promise.resolve();
  #confirm: { readonly text: string; readonly done: () => void } | undefined;

  constructor(spec: ScheduleSpec, context: IngressContext) {
    this.#spec = spec;
    this.#context = context;
    this.#times = runTimes(spec.when);
    this.#state = stateOf(spec.when, undefined, context.nowMs());
  }

  /** The first moment is durable before the ingress counts as open, so that no run after it is missed. */
  async begin(): Promise<void> {
    const found = await this.#context.position();
    const state = stateOf(this.#spec.when, found, this.#context.nowMs());
    this.#state = state;
    if (found !== positionText(this.#spec.when, state)) void this.#step(() => ({ records: [], state })).catch(() => undefined);
  }

  async run(): Promise<void> {
    const { signal } = this.#context;
    while (!signal.aborted) {
      await this.#turn.catch(() => undefined);
      await lookTurn();
      const waitMs = this.#waitMs();
      if (waitMs > 0) await Promise.race([this.#context.wait(waitMs), this.#woken()]);
      else await this.#sendDue();
    }
  }

  durable(position: string): void {
    if (this.#confirm?.text === position) this.#confirm.done();
  }

  facts(): ScheduleFacts {
    const { when, target, entityId, misfire } = this.#spec;
    const { pausedSinceMs, sent, runs } = this.#state;
    return {
      when: whenText(when),
      misfire: misfireText(misfire),
      timing: when.kind === "at" ? { kind: "at", atMs: [...when.atMs] } : { ...when },
      missed: { ...misfire },
      target: { type: target, id: entityId },
      pausedSinceMs: pausedSinceMs ?? null,
      nextMs: pausedSinceMs === undefined ? [...this.#nextRuns()] : [],
      sent,
      runs: runs.toReversed().map((run) => ({ ...run })),
    };
  }

  async pause(): Promise<void> {
    await this.#confirmed((state) => ({ records: [], state: { ...state, pausedSinceMs: state.pausedSinceMs ?? this.#context.nowMs() } }));
  }

  /** Continues from now; runs during the pause are left out. */
  async resume(): Promise<void> {
    await this.#confirmed((state) => {
      const lastMs = state.pausedSinceMs === undefined ? state.lastMs : this.#context.nowMs();
      return { records: [], state: { ...state, pausedSinceMs: undefined, lastMs } };
    });
  }

  async runNow(): Promise<void> {
    await this.#confirmed((state) => {
      const atMs = this.#context.nowMs();
      return this.#sending(state, [{ dueMs: atMs, atMs, kind: "by-hand" }]);
    });
  }

  /** The one waiter for the wake-up, which the loop uses again. */
  #woken(): Promise<void> {
    this.#waking ??= this.#wake.wait(this.#context.signal).finally(() => {
      this.#waking = undefined;
    });
    return this.#waking;
  }

  /** How long until the next run; 0 when one is due. */
  #waitMs(): number {
    const { lastMs, pausedSinceMs } = this.#state;
    this.#tellClock(lastMs - this.#context.nowMs());
    const nextMs = pausedSinceMs === undefined ? this.#times.next(lastMs) : undefined;
    if (nextMs === undefined) return lookAgainMsMax;
    return Math.max(0, Math.min(nextMs + this.#jitter(nextMs) - this.#context.nowMs(), lookAgainMsMax));
  }

  async #sendDue(): Promise<void> {
    const { jitterMs, lateMs, misfire } = this.#spec;
    const nowMs = this.#context.nowMs();
    const due = await dueRuns({
      times: this.#times,
      lastMs: this.#state.lastMs,
      nowMs,
      jitter: (dueMs) => this.#jitter(dueMs),
      jitterMs,
      lateMs,
      misfire,
      runsMax: recordsPerAcceptMax,
      pause: () => this.#context.wait(0),
    });
    // A person may have paused it since.
    await this.#step((state) => (state.pausedSinceMs === undefined ? this.#stepOf(state, due, nowMs) : undefined));
  }

  #stepOf(state: ScheduleState, { send, lastMs, leftOutFromMs }: DueRuns, atMs: number): Step | undefined {
    if (lastMs === undefined || lastMs <= state.lastMs) return undefined;
    const leftOut: PastRun[] = leftOutFromMs === undefined ? [] : [{ dueMs: leftOutFromMs, atMs, kind: "left-out" }];
    const missed = send.filter(({ isMissed }) => isMissed).length;
    if (missed > 0 || leftOut.length > 0) this.#tellMissed(missed, leftOutFromMs, atMs);
    const runs = send.map(({ dueMs, isMissed }): PastRun => ({ dueMs, atMs, kind: isMissed ? "missed" : "in-time" }));
    return this.#sending({ ...state, lastMs, runs: [...state.runs, ...leftOut] }, runs);
  }

  #sending(state: ScheduleState, runs: readonly PastRun[]): Step {
    for (const { kind } of runs) this.#context.count(kind);
    return {
      records: runs.map((run) => this.#recordOf(run)),
      state: { ...state, sent: state.sent + runs.length, runs: [...state.runs, ...runs].slice(-recordsPerAcceptMax) },
    };
  }

  #recordOf({ dueMs }: PastRun): IngressRecord {
    const { target, entityId, value, valueType } = this.#spec;
    const text = Buffer.from(value ?? JSON.stringify({ schedule: this.#context.id, due: new Date(dueMs).toISOString() }));
    return {
      target: { type: target, id: entityId },
      value: { typename: valueType, bytes: valueType === stringType ? stringBytes(text) : new Uint8Array(text) },
    };
  }

  /** Reports a clock that was put back: runs that were sent are not sent again. */
  #tellClock(aheadMs: number): void {
    const isBehind = aheadMs > clockBehindMsMax;
    const wasBehind = this.#clockIsBehind;
    this.#clockIsBehind = isBehind;
    if (!isBehind) return wasBehind ? this.#context.note(undefined) : undefined;
    if (!wasBehind) this.#context.count("clock-behind");
    this.#context.note({
      what: `The clock is ${Math.round(aheadMs / 1000)} s behind the last run: nothing runs until it has caught up.`,
      cure: "Wait, or pause and resume the schedule: it then goes on from now.",
    });
  }

  #tellMissed(missed: number, leftOutFromMs: number | undefined, atMs: number): void {
    if (leftOutFromMs !== undefined) this.#context.count("left-out");
    const leftOut = leftOutFromMs === undefined ? "" : `, others from ${new Date(leftOutFromMs).toISOString()} on were left out`;
    this.#context.note({
      what: `Runs were missed: at ${new Date(atMs).toISOString()} ${missed} of them were sent late${leftOut}.`,
      cure: "They came due while the gateway was down or the engine had no room; `misfire` says what becomes of such.",
    });
  }

  /** Resolves once the new state is durable. `make` returns undefined when nothing changes. */
  #step(make: (state: ScheduleState) => Step | undefined): Promise<void> {
    const step = this.#turn.catch(() => undefined).then(() => this.#commit(make(this.#state)));
    this.#turn = step;
    return step;
  }

  async #commit(step: Step | undefined): Promise<void> {
    if (step === undefined) return;
    const { signal, accept } = this.#context;
    const text = positionText(this.#spec.when, step.state);
    let done: () => void = () => undefined;
    const durable = new Promise<void>((resolve) => {
      done = resolve;
    });
    this.#confirm = { text, done };
    signal.addEventListener("abort", done, { once: true });
    try {
      await accept(step.records, { position: text });
    } catch (error) {
      if (error instanceof InvalidRecord) throw new ConnectorFailure("refused", { what: error.message, cure: error.cure });
      throw error;
    }
    await durable;
    signal.removeEventListener("abort", done);
    signal.throwIfAborted();
    this.#state = step.state;
  }

  /** For changes by people: after some time they are told that it takes long, and the change still happens. */
  async #confirmed(make: (state: ScheduleState) => Step): Promise<void> {
    const late = Symbol("late");
    const step = this.#step(make).finally(() => this.#wake.ring());
    const outcome = await Promise.race([step, this.#context.wait(confirmMsMax).then(() => late)]);
    if (outcome !== late) return;
    throw new GatewayError("SCHEDULE_NOT_OPEN", {
      detail: `the engine did not take it within ${confirmMsMax / 1000} s`,
      where: this.#context.id,
      cure: "It happens as soon as the engine has room; look at the schedule again before you repeat it.",
    });
  }

  #jitter(dueMs: number): number {
    return jitterOf(this.#context.id, dueMs, this.#spec.jitterMs);
  }

  #nextRuns(): readonly number[] {
    const { lastMs } = this.#state;
    if (this.#shown?.lastMs === lastMs) return this.#shown.nextMs;
    const nextMs: number[] = [];
    for (let ms = this.#times.next(lastMs); ms !== undefined && nextMs.length < nextShown; ms = this.#times.next(ms))
      nextMs.push(ms + this.#jitter(ms));
    this.#shown = { lastMs, nextMs };
    return nextMs;
  }
}
