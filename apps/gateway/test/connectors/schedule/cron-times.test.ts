/**
 * Cron patterns in time zones: known nights on which clocks change. Over zones and patterns drawn at random, the rules themselves are
 * compared with a model that looks at every minute of the days around each change.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cronProblem, CronTimes, isTimeZone } from "../../../src/connectors/schedule/cron-times.ts";
import { ZoneOffsets } from "../../../src/connectors/schedule/zone-offsets.ts";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

function runs(cron: string, zone: string, fromText: string, untilText: string): string[] {
  const times = new CronTimes(cron, zone);
  const found: string[] = [];
  const untilMs = Date.parse(untilText);
  for (let ms = times.next(Date.parse(fromText)); ms !== undefined && ms <= untilMs; ms = times.next(ms))
    found.push(new Date(ms).toISOString().slice(5, 16));
  return found;
}

describe("a time that is skipped when clocks are put forward", () => {
  test("runs at the time of the clocks before the change, once", () => {
    expect(runs("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00Z", "2026-03-30T12:00Z")).toEqual(["03-29T01:30", "03-30T00:30"]);
    expect(runs("0,30 2 * * *", "Europe/Berlin", "2026-03-28T12:00Z", "2026-03-29T12:00Z")).toEqual(["03-29T01:00", "03-29T01:30"]);
    expect(runs("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00Z", "2026-10-04T00:00Z")).toEqual(["10-03T15:45"]);
  });

  test("at midnight runs at the first moment of the day", () => {
    expect(runs("0 0 * * *", "Asia/Beirut", "2026-03-28T00:00Z", "2026-03-29T23:00Z")).toEqual(["03-28T22:00", "03-29T21:00"]);
  });

  test("does not run twice where the pattern takes every hour", () => {
    expect(runs("15 * * * *", "Europe/Berlin", "2026-03-29T00:00Z", "2026-03-29T03:00Z")).toEqual([
      "03-29T00:15",
      "03-29T01:15",
      "03-29T02:15",
    ]);
  });

  test("on a day that an island skipped runs all the same", () => {
    expect(runs("0 12 * * *", "Pacific/Apia", "2011-12-29T12:00Z", "2012-01-01T12:00Z")).toEqual([
      "12-29T22:00",
      "12-30T22:00",
      "12-31T22:00",
    ]);
  });
});

describe("a time that comes twice when clocks are put back", () => {
  test("runs the first time", () => {
    expect(runs("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00Z", "2026-10-26T12:00Z")).toEqual(["10-25T00:30", "10-26T01:30"]);
    expect(runs("45 1 * * *", "Australia/Lord_Howe", "2026-04-04T00:00Z", "2026-04-05T00:00Z")).toEqual(["04-04T14:45"]);
    expect(runs("0 */2 * * *", "Europe/Berlin", "2026-10-24T21:00Z", "2026-10-25T04:00Z")).toEqual([
      "10-24T22:00",
      "10-25T00:00",
      "10-25T03:00",
    ]);
  });

  test("runs both times where the pattern takes every hour", () => {
    expect(runs("*/30 * * * *", "Europe/Berlin", "2026-10-24T23:59Z", "2026-10-25T02:00Z")).toEqual([
      "10-25T00:00",
      "10-25T00:30",
      "10-25T01:00",
      "10-25T01:30",
      "10-25T02:00",
    ]);
  });
});

test("seconds stand first, names of days and months are known, and rare times are found", () => {
  const times = new CronTimes("15 30 6 * * MON-FRI", "America/New_York");
  expect(new Date(times.next(Date.parse("2026-11-27T12:00Z")) ?? 0).toISOString()).toBe("2026-11-30T11:30:15.000Z");
  expect(new Date(new CronTimes("0 0 29 FEB *", "Asia/Kathmandu").next(Date.parse("2028-03-01T00:00Z")) ?? 0).toISOString()).toBe(
    "2032-02-28T18:15:00.000Z",
  );
});

test.each(["", "* * *", "61 * * * *", "0 0 30 2 *", "2026-12-24T10:00:00", "0 0 * * FOO", "* * * * * * 2030"])(
  "%j is refused with a reason",
  (cron) => {
    expect(cronProblem(cron)).toMatch(/[a-z]/);
  },
);

test("valid patterns and zones are accepted", () => {
  for (const cron of ["* * * * *", "*/10 * * * * *", "@daily", "0 0 1 * *", "0 12 * * 1#1", "0 0 L * *"])
    expect(cronProblem(cron)).toBeUndefined();
  expect(["Europe/Berlin", "UTC", "Mars/Base", ""].map(isTimeZone)).toEqual([true, true, false, false]);
});

/** Zones with whole hours, half hours, midnight changes, no more changes, and a change of half an hour. */
const zones = [
  "Europe/Berlin",
  "America/New_York",
  "America/Santiago",
  "America/Havana",
  "America/St_Johns",
  "Australia/Lord_Howe",
  "Pacific/Chatham",
  "Asia/Beirut",
  "Asia/Gaza",
  "Africa/Casablanca",
  "Pacific/Apia",
  "Asia/Kathmandu",
];

/** The changes of these years, as the first moment of each. */
function changesOf(zone: string): number[] {
  const offsets = new ZoneOffsets(zone);
  const found: number[] = [];
  for (let ms = Date.UTC(2009, 0, 1); ms < Date.UTC(2027, 0, 1); ms += 16 * dayMs)
    for (const { fromMs } of offsets.spansAround(ms).slice(1)) if (found.at(-1) !== fromMs) found.push(fromMs);
  return [...new Set(found)];
}

interface Pattern {
  readonly minutes: readonly number[];
  /** Undefined means every hour. */
  readonly hours: readonly number[] | undefined;
}

const pattern: fc.Arbitrary<Pattern> = fc.record({
  minutes: fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { minLength: 1, maxLength: 4 }),
  hours: fc.option(fc.uniqueArray(fc.integer({ min: 0, max: 23 }), { minLength: 1, maxLength: 8 }), { nil: undefined }),
});

/** A slow model that is easy to check: it reads the wall clock at each minute by Intl, then applies the rules to each time of the days. */
function modelRuns(zone: string, { minutes, hours }: Pattern, [fromMs, untilMs]: readonly [number, number]): number[] {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  const shownAt = (ms: number): number => {
    const [month = 0, day = 0, year = 0, hour = 0, minute = 0] = format.format(ms).split(/\D+/).map(Number);
    return Date.UTC(year, month - 1, day, hour, minute);
  };
  const moments = new Map<number, number[]>();
  for (let ms = fromMs - 2 * dayMs; ms <= untilMs + 2 * dayMs; ms += minuteMs) {
    const wall = shownAt(ms);
    moments.set(wall, [...(moments.get(wall) ?? []), ms]);
  }
  const found = new Set<number>();
  let before = 0;
  const lastWall = Math.max(...moments.keys());
  for (let wall = Math.min(...moments.keys()); wall <= lastWall; wall += minuteMs) {
    const at = moments.get(wall);
    // A time that the wall clock skips runs as long after the last existing minute as the wall clock would have shown.
    const run = at ?? [(moments.get(before)?.at(-1) ?? 0) + wall - before];
    if (at !== undefined) before = wall;
    const date = new Date(wall);
    if (!minutes.includes(date.getUTCMinutes()) || (hours !== undefined && !hours.includes(date.getUTCHours()))) continue;
    for (const ms of hours === undefined ? run : run.slice(0, 1)) found.add(ms);
  }
  return [...found].filter((ms) => ms > fromMs && ms <= untilMs).sort((a, b) => a - b);
}

describe.each(zones)("over the changes of %s", (zone) => {
  const changes = changesOf(zone);

  test("no run comes twice and none is lost, whatever the pattern", () => {
    fc.assert(
      fc.property(pattern, fc.nat(), (drawn, which) => {
        const change = changes[which % changes.length] ?? Date.UTC(2026, 2, 29);
        const range = [change - dayMs - 17 * minuteMs, change + dayMs + 29 * minuteMs] as const;
        const times = new CronTimes(`${drawn.minutes.join(",")} ${drawn.hours?.join(",") ?? "*"} * * *`, zone);
        const found: number[] = [];
        for (let ms = times.next(range[0]); ms !== undefined && ms <= range[1]; ms = times.next(ms)) found.push(ms);
        expect(found).toEqual(modelRuns(zone, drawn, range));
      }),
      { numRuns: 6 },
    );
  });

  test("the next run does not depend on the moment of the look", () => {
    fc.assert(
      fc.property(pattern, fc.nat(), fc.integer({ min: -1800, max: 1800 }), ({ minutes, hours }, which, apart) => {
        const change = changes[which % changes.length] ?? Date.UTC(2026, 2, 29);
        const times = new CronTimes(`${minutes.join(",")} ${hours?.join(",") ?? "*"} * * *`, zone);
        const from = change + apart * minuteMs;
        const next = times.next(from) ?? 0;
        expect(times.next(from - (from % 1000) + 999)).toBe(times.next(from));
        expect(times.next(next - 1)).toBe(next);
        expect(times.next(Math.floor((from + next) / 2))).toBe(next);
      }),
      { numRuns: 25 },
    );
  });
});
