/**
 * ScheduleIngress: hands over runs as messages when they are due. The position says which was the last and is kept in the epoch of its messages,
 * so that each run is exactly one message, over crashes, restarts and restores. One batch is under way at a time: what comes due while the
 * engine has no room is missed, and the policy says what becomes of it.
 * Neighbours: run-times.ts (when), due-runs.ts (what of it), schedule-position.ts (what is kept).
 */
import { GatewayError } from "../../contract/problem.ts";
import type { ScheduleFacts } from "../../contract/schedules.ts";
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
/** A clock may be set, and a machine may sleep: it is looked at again at least so often. */
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
  /** The next runs behind the last one: they take long to find, and whoever looks at the list asks again and again. */
  #shown: { readonly lastMs: number; readonly nextMs: readonly number[] } | undefined;
  #clockIsBehind = false;
  #state: ScheduleState;
  /** One step after the other: each begins at what the one before has made durable. */
  #turn: Promise<unknown> = Promise.resolve();
  #confirm: { readonly text: string; readonly done: () => void } | undefined;

  constructor(spec: ScheduleSpec, context: IngressContext) {
    this.#spec = spec;
    this.#context = context;
    this.#times = runTimes(spec.when);
    this.#state = stateOf(spec.when, undefined, context.nowMs());
  }

  /** From its first moment on it misses nothing, so that moment is durable before it counts as open. */
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

  /** It goes on from now: what would have run meanwhile was not wanted. */
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

  /** One waiter at a time, however often the loop comes by. */
  #woken(): Promise<void> {
    this.#waking ??= this.#wake.wait(this.#context.signal).finally(() => {
      this.#waking = undefined;
    });
    return this.#waking;
  }

  /** 0: something is due. */
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
    // A person may have paused it meanwhile.
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

  /** What was sent is not sent again because a clock was put back. */
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

  /** Resolves once what it makes of the state is durable; undefined: nothing changes. */
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

  /** For people: they hear when it takes long, and it happens all the same. */
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
