/**
 * dueRuns: which of the runs that came due since the last one are sent now: all that are in time, and of the missed ones (the gateway was
 * down, the engine had no room, a clock was put forward) those that the policy says. It depends only on its input; `pause` lets other work
 * of the thread run.
 */
import type { RunTimes } from "./run-times.ts";
import type { Misfire } from "./schedule-spec.ts";

export interface Due {
  readonly dueMs: number;
  readonly isMissed: boolean;
}

export interface DueRuns {
  /** The runs to send, in order; may be empty. */
  readonly send: readonly Due[];
  /** The last run that came due, sent or not; undefined when none did. */
  readonly lastMs: number | undefined;
  /** When the first missed run that is left out was due. */
  readonly leftOutFromMs: number | undefined;
}

export interface DueQuestion {
  readonly times: RunTimes;
  /** When the last run before that was sent or left out was due. */
  readonly lastMs: number;
  readonly nowMs: number;
  /** By how much a run is delayed; below jitterMs. */
  readonly jitter: (dueMs: number) => number;
  readonly jitterMs: number;
  readonly lateMs: number;
  readonly misfire: Misfire;
  readonly runsMax: number;
  readonly pause: () => Promise<void>;
}

/** How many times are computed without a pause; each takes up to 0.2 ms. */
const looksAtOnceMax = 50;

export async function dueRuns(question: DueQuestion): Promise<DueRuns> {
  const { times, lastMs, nowMs, jitter, jitterMs, lateMs, misfire, runsMax } = question;
  const missedUntilMs = nowMs - lateMs - jitterMs;
  const wanted = misfire.kind === "all" ? misfire.max : 1;
  const missed = await latestRuns({ ...question, afterMs: lastMs, untilMs: missedUntilMs, count: wanted });
  const first = times.next(lastMs);
  const sent = misfire.kind === "skip" ? [] : missed;
  const send: Due[] = sent.map((dueMs) => ({ dueMs, isMissed: true }));
  let last = missed.at(-1);
  for (let dueMs = times.next(last ?? lastMs); dueMs !== undefined && send.length < runsMax; dueMs = times.next(dueMs)) {
    if (dueMs + jitter(dueMs) > nowMs) break;
    send.push({ dueMs, isMissed: false });
    last = dueMs;
    if (send.length % looksAtOnceMax === 0) await question.pause();
  }
  const isLeftOut = missed.length > 0 && (sent.length === 0 || first !== missed[0]);
  return { send, lastMs: last, leftOutFromMs: isLeftOut ? first : undefined };
}

interface LatestQuestion extends Pick<DueQuestion, "times" | "pause"> {
  readonly afterMs: number;
  readonly untilMs: number;
  readonly count: number;
}

/**
 * The last `count` runs after afterMs up to untilMs, in order. They are searched in ever longer spans before the end, because there may be
 * millions.
 */
async function latestRuns({ times, pause, afterMs, untilMs, count }: LatestQuestion): Promise<number[]> {
  let looks = 0;
  for (let spanMs = 1000 * count; ; spanMs *= 4) {
    const fromMs = Math.max(afterMs, untilMs - spanMs);
    const found: number[] = [];
    for (let ms = times.next(fromMs); ms !== undefined && ms <= untilMs; ms = times.next(ms)) {
      found.push(ms);
      if (found.length > count) found.shift();
      if (++looks % looksAtOnceMax === 0) await pause();
    }
    if (found.length >= count || fromMs === afterMs) return found;
  }
}
