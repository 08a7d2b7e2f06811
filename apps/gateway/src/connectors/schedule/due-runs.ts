/**
 * dueRuns: what is to be sent now, of all runs that came due since the last one: those in time, and of those that were missed (the gateway was down,
 * the engine had no room, a clock was put forward) what the policy says. Decides by what it is given alone; `pause` lets others have the thread.
 */
import type { RunTimes } from "./run-times.ts";
import type { Misfire } from "./schedule-spec.ts";

export interface Due {
  readonly dueMs: number;
  readonly isMissed: boolean;
}

export interface DueRuns {
  /** In order; may be none although time went on. */
  readonly send: readonly Due[];
  /** The last run that this is about, sent or not; undefined: none is due. */
  readonly lastMs: number | undefined;
  /** The first missed one that is left out. */
  readonly leftOutFromMs: number | undefined;
}

export interface DueQuestion {
  readonly times: RunTimes;
  /** When the last run was due that was sent or left out. */
  readonly lastMs: number;
  readonly nowMs: number;
  /** What a run is moved by; below jitterMs. */
  readonly jitter: (dueMs: number) => number;
  readonly jitterMs: number;
  readonly lateMs: number;
  readonly misfire: Misfire;
  readonly runsMax: number;
  readonly pause: () => Promise<void>;
}

/** Each costs the thread up to 0.2 ms. */
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

/** The last `count` runs behind afterMs up to untilMs, in order: looked for in ever longer times before the end, because there may be millions. */
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
