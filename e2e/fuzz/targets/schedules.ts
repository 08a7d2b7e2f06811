/**
 * Target schedules: what people write of when a schedule runs: cron patterns with time zones, times between runs, moments. Whatever the
 * text: it is refused with a place, or its runs come in order, after the moment that is asked about and within what a Date holds, the same
 * for every moment between two of them; and a moment is the one that is written, not another that the calendar makes of it.
 * Neighbour: cron-times.test.ts holds right patterns against a model of every minute.
 */
import fc from "fast-check";
import { runTimes } from "../../../apps/gateway/src/connectors/schedule/run-times.ts";
import { whenText, type ScheduleSpec, type When } from "../../../apps/gateway/src/connectors/schedule/schedule-spec.ts";
import { parseModule } from "../../../apps/gateway/src/modules/parse-module.ts";
import { oddTexts } from "../bytes.ts";
import { must, type FuzzTarget } from "../fuzz-target.ts";

type Written =
  | { readonly type: "cron"; readonly cron: string; readonly timeZone: string }
  | { readonly type: "every"; readonly every: string }
  | { readonly type: "at"; readonly at: readonly string[] };

export interface ScheduleCase {
  readonly when: Written;
  readonly afterMs: number;
}

const odd = fc.constantFrom(...oddTexts.filter((text) => text.length < 100));
const number = fc.oneof({ weight: 6, arbitrary: fc.nat({ max: 61 }) }, fc.constantFrom(-1, 99, 1e9, 1e21, 0.5)).map(String);
const name = fc.constantFrom("MON", "sun", "JAN", "feb", "L", "W", "#", "?", "*", "+", "x", "@daily", "");
const part = fc.oneof(
  { weight: 4, arbitrary: number },
  { weight: 4, arbitrary: fc.constant("*") },
  name,
  fc.tuple(number, number).map(([from, to]) => `${from}-${to}`),
  fc.tuple(fc.constantFrom("*", "0-59", "1-5"), number).map(([range, step]) => `${range}/${step}`),
  fc.tuple(number, fc.constantFrom("L", "W", "#2", "#9")).map(([day, mark]) => day + mark),
);
const field = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(","));
const plainField = fc.oneof({ weight: 3, arbitrary: fc.constant("*") }, fc.constantFrom("0", "1", "5", "*/2", "1-3", "MON", "28-30", "L"));
const cron = fc.oneof(
  { weight: 5, arbitrary: fc.array(plainField, { minLength: 5, maxLength: 6 }).map((fields) => fields.join(" ")) },
  { weight: 4, arbitrary: fc.array(field, { minLength: 4, maxLength: 7 }).map((fields) => fields.join(" ")) },
  fc.constantFrom("@daily", "@yearly", "2026-12-24T18:00:00", "0 0 30 2 *", "0 0 29 2 *", "59 59 23 31 12 *", "* * * * * *"),
  odd,
  fc.string({ maxLength: 40 }),
);
const zone = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      "UTC",
      "Europe/Berlin",
      "America/St_Johns",
      "Pacific/Apia",
      "Australia/Lord_Howe",
      "Asia/Kathmandu",
      "+05:30",
    ),
  },
  fc.constantFrom("europe/berlin", "EST", "Etc/GMT+14", "+24:00", "-00:00", "Mars/Base", "UTC "),
  odd,
);
const every = fc.oneof(
  fc.tuple(number, fc.constantFrom("s", " s", "min", "h", "d", "ms", "µs", "ns", "", "y")).map(([count, unit]) => count + unit),
  odd,
);
const two = (least: number, most: number): fc.Arbitrary<string> =>
  fc.integer({ min: least, max: most }).map((count) => String(count).padStart(2, "0"));
const offset = fc.constantFrom("Z", "+00:00", "+01:00", "-14:00", "+23:59", "+24:00", "");
const moment = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.constantFrom("2026", "2028", "1900", "0000", "9999"), two(0, 13), two(0, 32), two(0, 25), two(0, 60), offset)
      .map(([year, month, day, hour, minute, end]) => `${year}-${month}-${day}T${hour}:${minute}${end}`),
  },
  odd,
);

const when: fc.Arbitrary<Written> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant("cron" as const), cron, timeZone: zone }) },
  fc.record({ type: fc.constant("every" as const), every }),
  fc.record({ type: fc.constant("at" as const), at: fc.array(moment, { minLength: 1, maxLength: 3 }) }),
);

export const schedules: FuzzTarget<ScheduleCase> = {
  name: "schedules",
  caseMsMax: 5_000,
  rssGrowthBytesMax: 512 * 1024 * 1024,
  cases: fc.record({ when, afterMs: fc.integer({ min: -1e12, max: 4e12 }) }),
  open: async () => ({ run: async (fuzzCase) => outcomeOf(fuzzCase), [Symbol.asyncDispose]: async () => undefined }),
};

function outcomeOf({ when: written, afterMs }: ScheduleCase): string {
  const spec = { id: "a/b", target: "c/d", entityId: "x", when: written };
  const { document, issues } = parseModule({
    name: "fuzz",
    yaml: JSON.stringify({ kind: "io.signalbox.schedule.v1/ingress", spec }),
    env: {},
  });
  if (document === undefined) {
    must(issues.length > 0 && issues.every(({ message }) => message.trim() !== ""), () => "refused without a word");
    return "refused";
  }
  const [ingress] = document.ingresses;
  must(ingress !== undefined, () => "an ingress that was taken is not there");
  const { when: read } = ingress.spec as ScheduleSpec;
  must(whenText(read).trim() !== "", () => "nothing is said of when it runs");
  if (written.type === "at") mustBeAsWritten(written.at, read);
  mustComeInOrder(read, afterMs);
  return `ok ${written.type}`;
}

/** Checks that, in the offset that is written, the moment has the date that is written. */
function mustBeAsWritten(at: readonly string[], read: When): void {
  const moments = read.kind === "at" ? read.atMs : [];
  for (const text of at) {
    const [, sign = "+", hours = "0", minutes = "0"] = /([+-])(\d\d):(\d\d)$/.exec(text) ?? [];
    const offsetMs = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
    const hour = Number(text.slice(11, 13));
    // The end of a day may be written as 24:00.
    const wall = moments.map((ms) => new Date(ms + offsetMs - (hour === 24 ? 1 : 0)).toISOString().slice(0, 10));
    must(wall.includes(text.slice(0, 10)), () => `${text} is read as ${wall.join(" and ")}`);
  }
}

function mustComeInOrder(read: When, afterMs: number): void {
  const times = runTimes(read);
  let lastMs = afterMs;
  for (let run = 0; run < 5; run++) {
    const nextMs = times.next(lastMs);
    if (nextMs === undefined) return;
    const said = (): string => `${whenText(read)}: after ${lastMs} comes ${nextMs}`;
    must(Number.isSafeInteger(nextMs) && Number.isFinite(new Date(nextMs).getTime()), said);
    must(nextMs > lastMs, said);
    const between = lastMs + Math.floor((nextMs - lastMs) / 2);
    must(runTimes(read).next(between) === nextMs, () => `${said()}, and after ${between} comes ${times.next(between)}`);
    must(runTimes(read).next(nextMs - 1) === nextMs, () => `${said()}, and after ${nextMs - 1} comes ${times.next(nextMs - 1)}`);
    lastMs = nextMs;
  }
}
