/**
 * WallStrips: what each strip of the wall draws, from the kept numbers: one place for its texts, its scale and its columns. Pure.
 */
import type { RollupValueName } from "@signalbox/gateway/shared";
import { bytes, compact, grouped, rate } from "../../format/numbers.ts";
import { duration } from "../../format/times.ts";
import type { RollupRangeView } from "../../trpc/views.ts";
import type { OverviewWords } from "../../words/overview/en.ts";

export const wallValues = [
  "admitted",
  "messages",
  "out",
  "waiting",
  "failures",
  "lateMs",
  "diskBytes",
  "memoryBytes",
] as const satisfies readonly RollupValueName[];

type Column = (number | null)[];

export interface Strip {
  /** The key of its name in the texts of the Overview. */
  readonly key: keyof OverviewWords["wall"]["strips"];
  readonly height: number;
  readonly log: boolean;
  readonly shape: "mirror" | "band" | "area" | "bars" | "line";
  /** The colours; the first one is on top. */
  readonly inks: readonly string[];
  /** Returns the columns of the data; the second one of a mirror is below zero. */
  readonly columns: (data: RollupRangeView) => readonly Column[];
  /** Writes a number for its scale. */
  readonly text: (value: number) => string;
}

const none: Column = [];

function perSecond(data: RollupRangeView, name: (typeof wallValues)[number], sign = 1): Column {
  return (data.values[name] ?? none).map((value) => (value === null ? null : (sign * value * 1_000) / data.stepMs));
}

function plain(data: RollupRangeView, name: (typeof wallValues)[number]): Column {
  return data.values[name] ?? none;
}

export const strips: readonly Strip[] = [
  {
    ...{ key: "flow", height: 92, log: false, shape: "mirror", inks: ["--message", "--egress"] },
    columns: (data) => [perSecond(data, "admitted"), perSecond(data, "out", -1)],
    text: (value) => rate(Math.abs(value)),
  },
  {
    ...{ key: "latency", height: 80, log: true, shape: "band", inks: ["--text", "--message", "--message"] },
    columns: (data) => [data.p99Ms, data.p95Ms, data.p50Ms],
    text: duration,
  },
  {
    ...{ key: "waiting", height: 64, log: true, shape: "area", inks: ["--quiet"] },
    columns: (data) => [plain(data, "waiting")],
    text: compact,
  },
  {
    ...{ key: "failures", height: 52, log: false, shape: "bars", inks: ["--danger"] },
    columns: (data) => [perSecond(data, "failures")],
    text: rate,
  },
  {
    ...{ key: "loop", height: 30, log: false, shape: "line", inks: ["--quiet"] },
    columns: (data) => [plain(data, "lateMs")],
    text: duration,
  },
  {
    ...{ key: "memory", height: 30, log: false, shape: "line", inks: ["--quiet"] },
    columns: (data) => [plain(data, "memoryBytes")],
    text: bytes,
  },
  {
    ...{ key: "disk", height: 30, log: false, shape: "line", inks: ["--quiet"] },
    columns: (data) => [plain(data, "diskBytes")],
    text: bytes,
  },
];

/**
 * Returns a scale that one burst does not flatten and quiet does not fill: round numbers above the highest value, and never below what
 * counts as much.
 */
export function scaleOf(strip: Strip, columns: readonly Column[]): { min: number; max: number; lines: number[] } {
  const values = columns.flat().filter((value) => value !== null);
  const highest = Math.max(0, ...values);
  if (strip.shape === "mirror") {
    const top = roundUp(Math.max(10, highest));
    const below = Math.min(0, ...values);
    return { min: below === 0 ? -top / 8 : Math.min(below * 1.15, -top / 8), max: top * 1.05, lines: [top] };
  }
  if (strip.shape === "band") {
    const top = Math.max(100, 10 ** Math.ceil(Math.log10(Math.max(1, highest))));
    return { min: 0.1, max: top, lines: [1, 10, 100, 1_000, 10_000].filter((line) => line < top) };
  }
  if (strip.key === "waiting") {
    const top = Math.max(100, 10 ** Math.ceil(Math.log10(Math.max(1, highest + 1))));
    return { min: 0, max: Math.log10(1 + top), lines: [10, 100, 1_000, 10_000, 100_000, 1_000_000].filter((line) => line < top).slice(-2) };
  }
  const leasts: Partial<Record<Strip["key"], number>> = { failures: 1, loop: 20, memory: 128 * 1024 * 1024, disk: 64 * 1024 * 1024 };
  const least = leasts[strip.key] ?? 1;
  return { min: 0, max: roundUp(Math.max(least, highest)) * 1.05, lines: [] };
}

function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5, 10].find((step) => step * power >= value * 0.999) ?? 10);
}

interface ReadingAt {
  readonly data: RollupRangeView;
  readonly place: number;
  readonly words: OverviewWords["wall"];
}

/** Returns the text beside the strip: the newest number known at the moment, and a line below it. */
export function readingOf(strip: Strip, { data, place, words }: ReadingAt): { value: string; under: string } {
  const upTo = (column: Column): number | null => column.slice(0, place + 1).findLast((value) => value !== null) ?? null;
  const columns = strip.columns(data);
  const [first = null, second = null, third = null] = columns.map(upTo);
  const peak = Math.max(0, ...(columns[0] ?? none).filter((value) => value !== null));
  const said = (value: number | null): string => (value === null ? "–" : strip.text(value));
  switch (strip.key) {
    case "flow":
      return { value: said(first), under: words.out(said(second), strip.text(peak)) };
    case "latency":
      return { value: said(first), under: words.spread(said(third), said(second)) };
    case "waiting":
      return { value: first === null ? "–" : grouped(Math.round(first)), under: words.peak(grouped(Math.round(peak))) };
    case "failures":
      return { value: said(first), under: words.peak(strip.text(peak)) };
    default:
      return { value: said(first), under: "" };
  }
}
