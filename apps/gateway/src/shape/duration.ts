/**
 * Durations as Flink's TimeUtils reads them: `<number> <unit>`, with or without a space; without a unit they are milliseconds.
 * Units are case-insensitive. Parts of a millisecond are rounded up, so that no timeout becomes 0 by accident.
 */
const millisecond = 1;
const second = 1000 * millisecond;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const unitMs = new Map<string, number>([
  ...unit(day, "d", "day", "days"),
  ...unit(hour, "h", "hour", "hours"),
  ...unit(minute, "min", "m", "minute", "minutes"),
  ...unit(second, "s", "sec", "secs", "second", "seconds"),
  ...unit(millisecond, "ms", "milli", "millis", "millisecond", "milliseconds"),
  ...unit(millisecond / 1e3, "µs", "μs", "micro", "micros", "microsecond", "microseconds"),
  ...unit(millisecond / 1e6, "ns", "nano", "nanos", "nanosecond", "nanoseconds"),
]);

/** The longest a timer can wait, about 24 days. */
const durationMsMax = 2 ** 31 - 1;

export type ParsedDuration =
  | { readonly kind: "ok"; readonly ms: number }
  | { readonly kind: "error"; readonly reason: string; readonly word: string | undefined };

export const durationUnits: readonly string[] = [...unitMs.keys()];

export function parseDuration(text: string): ParsedDuration {
  // Only one part of the pattern matches blanks. If two or three could, a long row of them would take minutes.
  const match = /^(\d+)\s*(?!\s)(\D*)$/.exec(text.trim());
  if (match === null)
    return {
      kind: "error",
      reason: `"${text}" is not a duration; write a whole number and a unit, for example 30s or 2 min`,
      word: undefined,
    };
  const [, digits = "", word = ""] = match;
  const factor = word === "" ? millisecond : unitMs.get(word.toLowerCase());
  if (factor === undefined) {
    return { kind: "error", reason: `"${text}" has the unknown unit "${word}"; the units are d, h, min, s, ms, µs and ns`, word };
  }
  const ms = Math.ceil(Number(digits) * factor);
  if (ms > durationMsMax)
    return { kind: "error", reason: `"${text}" is longer than 24 days, the longest that can be waited for`, word: undefined };
  return { kind: "ok", ms };
}

/** Writes the duration for people, in the largest unit that loses nothing. */
export function formatDuration(ms: number): string {
  const units: [number, string][] = [
    [day, "d"],
    [hour, "h"],
    [minute, "min"],
    [second, "s"],
  ];
  const [size, name] = units.find(([unitSize]) => ms > 0 && ms % unitSize === 0) ?? [millisecond, "ms"];
  return `${ms / size} ${name}`;
}

function unit(ms: number, ...names: string[]): [string, number][] {
  return names.map((name) => [name, ms]);
}
