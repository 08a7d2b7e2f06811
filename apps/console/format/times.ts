/**
 * Times: durations with their unit, ages relative to now, and the exact time for the hover. Pure: now is an argument.
 */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** 0.42 → "0.4 ms", 1230 → "1.2 s", 22320000 → "6 h 12 min". */
export function duration(ms: number): string {
  if (ms < 0.05) return "0 ms";
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / SECOND).toFixed(1).replace(/\.0$/, "")} s`;
  const rounded = ms < HOUR ? Math.round(ms / SECOND) * SECOND : Math.round(ms / MINUTE) * MINUTE;
  if (rounded < HOUR) return pair(rounded, [MINUTE, "min"], [SECOND, "s"]);
  if (rounded < DAY) return pair(rounded, [HOUR, "h"], [MINUTE, "min"]);
  return pair(rounded, [DAY, "d"], [HOUR, "h"]);
}

/** The words of a language around an age. */
export interface AgeWords {
  readonly now: string;
  readonly past: (size: string) => string;
  readonly ahead: (size: string) => string;
}

export const englishAges: AgeWords = { now: "just now", past: (size) => `${size} ago`, ahead: (size) => `in ${size}` };

/** How long ago, in one unit: "just now", "12 s ago", "3 min ago"; ahead of now: "in 4 s". */
export function relative(atMs: number, nowMs: number, ages: AgeWords = englishAges): string {
  const gap = nowMs - atMs;
  const size = Math.abs(gap);
  if (size < SECOND) return ages.now;
  const words =
    size < MINUTE
      ? `${Math.floor(size / SECOND)} s`
      : size < HOUR
        ? `${Math.floor(size / MINUTE)} min`
        : size < DAY
          ? `${Math.floor(size / HOUR)} h`
          : `${Math.floor(size / DAY)} d`;
  return gap > 0 ? ages.past(words) : ages.ahead(words);
}

/** "14:02:31.612" in the reader's zone. */
export function clock(atMs: number, withMilliseconds = true): string {
  const at = new Date(atMs);
  const base = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return withMilliseconds ? `${base}.${String(at.getMilliseconds()).padStart(3, "0")}` : base;
}

/** "2026-11-22 14:02:31.612". */
export function exact(atMs: number): string {
  const at = new Date(atMs);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${clock(atMs)}`;
}

/** The same for times that are meant to the second, as a clock's are: a fraction is only there where it says something. */
export function moment(atMs: number): string {
  return exact(atMs).replace(/\.000$/, "");
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

function pair(ms: number, [bigMs, bigUnit]: readonly [number, string], [smallMs, smallUnit]: readonly [number, string]): string {
  const big = Math.floor(ms / bigMs);
  const small = Math.floor((ms - big * bigMs) / smallMs);
  return small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;
}
