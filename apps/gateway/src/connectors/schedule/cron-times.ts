/**
 * CronTimes: the moments at which a cron pattern runs in a time zone. croner finds the matching wall-clock times; this file maps them to
 * moments, because clocks are put forward and back. Guarantees: a skipped wall-clock time runs as if the clock had not been put forward
 * (02:30 runs at what is then called 03:30). One that comes twice runs the first time, or both times if the pattern matches every hour. Two
 * times at the same moment are one run.
 */
import { Cron } from "croner";
import { zoneOffsets, type OffsetSpan, type ZoneOffsets } from "./zone-offsets.ts";

const hourMs = 3_600_000;
/** No time zone was ever further from UTC than this. */
const offsetMsMax = 16 * hourMs;
const dayMs = 24 * hourMs;
/** How many candidates are tried. A pattern without a match after far fewer has none at all. */
const leapsMax = 1000;

/** Why the text is no pattern; undefined when it is one. */
export function cronProblem(cron: string): string | undefined {
  try {
    const parsed = wallClock(cron);
    if (parsed.getPattern() === undefined) return "it is a date, not a pattern";
    return parsed.nextRun(new Date(0)) === null ? "no day is ever like this" : undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^CronPattern: /, "").replace(/\.$/, "") : String(error);
  }
}

export function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** Wall-clock times are represented as if they were in UTC. */
function wallClock(cron: string): Cron {
  return new Cron(cron, { timezone: "UTC", paused: true, mode: "5-or-6-parts" });
}

export class CronTimes {
  readonly #wall: Cron;
  readonly #zone: ZoneOffsets;
  readonly #everyHour: boolean;
  /** Nothing matches between the two. Finding a rare day takes milliseconds, and the spans of one moment ask for the same one. */
  #gap: { readonly fromMs: number; readonly foundMs: number } | undefined;

  /** Pattern and zone must be valid. */
  constructor(cron: string, timeZone: string) {
    this.#wall = wallClock(cron);
    this.#zone = zoneOffsets(timeZone);
    const fields = (this.#wall.getPattern() ?? "").trim().split(/\s+/);
    this.#everyHour = fields.at(-4) === "*";
  }

  /** The first run after this moment; undefined when there is none. */
  next(afterMs: number): number | undefined {
    let fromMs = afterMs;
    for (let leap = 0; leap < leapsMax; leap++) {
      const spans = this.#zone.spansAround(fromMs);
      const found = this.#firstIn(spans, fromMs);
      if (found !== undefined) return found;
      const last = spans.at(-1);
      if (last === undefined) return undefined;
      const wallMs = this.#wallAfter(last.toMs + last.offsetMs - 1 - dayMs);
      if (wallMs === undefined) return undefined;
      // So far before it that no offset and no change of clocks can matter.
      fromMs = Math.max(last.toMs - 1, wallMs - offsetMsMax - 2 * dayMs);
    }
    return undefined;
  }

  #firstIn(spans: readonly OffsetSpan[], afterMs: number): number | undefined {
    const endMs = spans.at(-1)?.toMs ?? 0;
    let best: number | undefined;
    const consider = (ms: number | undefined): void => {
      if (ms !== undefined && ms < endMs && (best === undefined || ms < best)) best = ms;
    };
    for (const [index, span] of spans.entries()) {
      const before = spans[index - 1];
      if (before !== undefined) consider(this.#skipped(before, span, afterMs));
      if (span.toMs > afterMs) consider(this.#inside(before, span, afterMs));
    }
    return best;
  }

  #inside(before: OffsetSpan | undefined, { fromMs, toMs, offsetMs }: OffsetSpan, afterMs: number): number | undefined {
    const startMs = Math.max(afterMs, fromMs - 1) + offsetMs;
    // Wall-clock times that came before the clocks were put back do not count again.
    const firstNewMs = before === undefined || this.#everyHour ? startMs : fromMs + before.offsetMs - 1;
    const wallMs = this.#wallAfter(Math.max(startMs, firstNewMs));
    return wallMs === undefined || wallMs - offsetMs >= toMs ? undefined : wallMs - offsetMs;
  }

  /** The wall-clock times that are skipped between the two spans. */
  #skipped(before: OffsetSpan, { fromMs, offsetMs }: OffsetSpan, afterMs: number): number | undefined {
    const gapMs = offsetMs - before.offsetMs;
    if (gapMs <= 0 || fromMs + gapMs <= afterMs) return undefined;
    const wallMs = this.#wallAfter(Math.max(afterMs, fromMs - 1) + before.offsetMs);
    return wallMs === undefined || wallMs >= fromMs + offsetMs ? undefined : wallMs - before.offsetMs;
  }

  #wallAfter(wallMs: number): number | undefined {
    const gap = this.#gap;
    if (gap !== undefined && wallMs >= gap.fromMs && wallMs < gap.foundMs) return gap.foundMs;
    const foundMs = this.#wall.nextRun(new Date(wallMs))?.getTime();
    this.#gap = foundMs === undefined ? undefined : { fromMs: wallMs, foundMs };
    return foundMs;
  }
}
