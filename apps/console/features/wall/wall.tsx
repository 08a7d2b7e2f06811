/**
 * Wall: the charts of the overview on one time axis, which is the timeline's: in and out, latency, what waits, what fails, the event loop,
 * memory, disk, then p99 by type and by edge. The numbers at the left are the present ones or those of the moment that is shown, large
 * enough to be read from two metres.
 */
"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { clock, duration } from "../../format/times.ts";
import { useShellWords } from "../../words/shell/use-shell-words.ts";
import { momentText } from "../../time/time-cursor.ts";
import { clockTimes, placeOf, type TimeWindow } from "../../time/time-window.ts";
import { useAt } from "../../time/use-time.tsx";
import { useAskedWindow, useRollups } from "../../time/use-window.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { RollupMarkView, RollupRangeView } from "../../trpc/views.ts";
import { cn } from "../../ui/cn.ts";
import { Skeleton } from "../../ui/feedback/skeleton.tsx";
import { useOverviewWords } from "../../words/overview/use-overview-words.ts";
import { HeatMap } from "./heat-map.tsx";
import { StripPlot } from "./strip-plot.tsx";
import { useOpenCell } from "./use-open-cell.ts";
import { readingOf, strips, wallValues, type Strip } from "./wall-strips.ts";

const noMarks: readonly RollupMarkView[] = [];
const gutter = "clamp(132px, 14vw, 192px)";
const largeFrom = 50;
const tallFromPx = 1_000;

export function Wall() {
  const { wall: words } = useOverviewWords();
  const window = useAskedWindow();
  const data = useRollups({ window, values: wallValues });
  const { fromMs, toMs } = window ?? { fromMs: 0, toMs: 0 };
  const marks = useQuery({
    ...useTRPC().rollups.marks.queryOptions({ fromMs, toMs }),
    enabled: window !== null,
    placeholderData: keepPreviousData,
  }).data;
  if (window === null || data === undefined) return <Skeleton rows={10} label={words.reading} />;
  return <Charts window={window} data={data} marks={marks ?? noMarks} />;
}

function Charts({ window, data, marks }: { window: TimeWindow; data: RollupRangeView; marks: readonly RollupMarkView[] }) {
  const { wall: words } = useOverviewWords();
  const router = useRouter();
  const atMs = useAt();
  const [hovered, setHovered] = useState<number | null>(null);
  const tall = useTall();
  const last = Math.max(0, (data.values.messages ?? []).length - 1);
  const place = hovered ?? (atMs === null ? last : Math.min(last, Math.max(0, Math.floor((atMs - data.fromMs) / data.stepMs))));
  /** Opens the middle of the bucket, so that what is shown around it belongs to the bucket. */
  const open = (startMs: number): void => {
    const at = momentText(Math.min(Date.now() - 2_000, startMs + Math.min(data.stepMs / 2, 10_000)));
    router.push(`/flow?${new URLSearchParams({ at }).toString()}`);
  };
  const openCell = useOpenCell();
  return (
    <div className="flex flex-col gap-2 px-4 pt-1 pb-4">
      <div className="flex max-room:flex-col">
        <p
          className="shrink-0 truncate pr-3 text-[11px] leading-5 text-quiet max-room:w-full!"
          style={{ width: gutter }}
          title={words.overAbout}
        >
          {hovered === null && atMs === null
            ? words.over(duration(data.stepMs))
            : words.overThen(clock(data.fromMs + place * data.stepMs, false), duration(data.stepMs))}
        </p>
        <Marks window={window} marks={marks} />
      </div>
      {strips.map((strip) => (
        <div key={strip.key} className="flex max-room:flex-col" data-testid={`strip-${strip.key}`}>
          <Gutter strip={strip} data={data} place={place} />
          <div className="min-w-0 flex-1">
            <StripPlot
              strip={strip}
              height={Math.round(strip.height * tall)}
              data={data}
              window={window}
              marks={marks}
              momentMs={atMs}
              label={words.label(
                words.strips[strip.key],
                { from: clock(window.fromMs, false), to: clock(window.toMs, false) },
                readingOf(strip, { data, place: last, words }),
              )}
              onOpen={(at) => open(at)}
              onHover={setHovered}
            />
          </div>
        </div>
      ))}
      {(["type", "edge"] as const).map((of) => (
        <HeatMap key={of} of={of} window={window} gutter={gutter} onOpen={(cell) => void openCell(cell)} />
      ))}
      <div className="flex">
        <div className="shrink-0" style={{ width: gutter }} />
        <Clocks window={window} />
      </div>
    </div>
  );
}

/** Returns how much higher the strips are on a wall, which has room. */
function useTall(): number {
  const [tall, setTall] = useState(1);
  useEffect(() => {
    const look = (): void => setTall(window.innerHeight >= tallFromPx ? 1.4 : 1);
    look();
    window.addEventListener("resize", look);
    return () => window.removeEventListener("resize", look);
  }, []);
  return tall;
}

function Gutter({ strip, data, place }: { strip: Strip; data: RollupRangeView; place: number }) {
  const { wall: words } = useOverviewWords();
  const { value, under } = readingOf(strip, { data, place, words });
  const bad = strip.key === "failures" && !value.startsWith("0") && value !== "–";
  if (strip.height < largeFrom)
    return (
      <p className="flex shrink-0 items-center justify-between gap-2 pr-3 text-[12px] max-room:w-full!" style={{ width: gutter }}>
        <span className="text-quiet">{words.strips[strip.key]}</span>
        <span className="font-mono whitespace-nowrap">{value}</span>
      </p>
    );
  return (
    <div
      className="shrink-0 pr-3 max-room:flex max-room:w-full! max-room:items-baseline max-room:justify-between"
      style={{ width: gutter }}
    >
      <p className="text-[12px] leading-4 text-quiet">{words.strips[strip.key]}</p>
      <p
        className={cn(
          "font-mono text-[28px] leading-8 font-medium tabular-nums max-room:text-[17px] max-room:leading-6",
          strip.key === "flow" && "text-message",
          bad && "text-danger",
        )}
      >
        {value}
      </p>
      <p className="truncate text-[11px] leading-4 text-quiet max-room:hidden" title={under}>
        {under}
      </p>
    </div>
  );
}

/** A share of the width; with less only a letter or two of a name would be shown. */
const wordsRoomMin = 0.1;

/** From this share on names are written to the left of their moment. */
const lastFrom = 0.8;

/** Returns where the name of a mark at `place` may begin. */
function leftOf(place: number): number {
  return place > lastFrom ? place - 0.2 : place;
}

/** The marks' names above the strips; a name that would cover another one is left out, and its shape stays. */
function Marks({ window, marks }: { window: TimeWindow; marks: readonly RollupMarkView[] }) {
  const { wall: words } = useOverviewWords();
  const { marks: names } = useShellWords().timeline;
  const shown = marks.filter(({ atMs }) => atMs >= window.fromMs && atMs < window.toMs);
  return (
    <div className="relative h-5 min-w-0 flex-1 overflow-hidden font-mono text-[11px] text-quiet" aria-label={words.done} role="list">
      {shown.map((mark, index) => {
        const place = placeOf(window, mark.atMs);
        const next = shown[index + 1];
        const room = (next === undefined ? 1 : leftOf(placeOf(window, next.atMs))) - place;
        const said = `${names[mark.kind]} ${mark.text}`;
        const shape = names[mark.kind].slice(0, 1);
        return (
          <span
            key={`${mark.atMs}-${mark.kind}-${mark.text}`}
            role="listitem"
            title={`${clock(mark.atMs, false)} ${said}`}
            className="absolute top-0.5 truncate"
            style={
              place > lastFrom
                ? { right: `${(1 - place) * 100}%`, maxWidth: "20%" }
                : { left: `${place * 100}%`, maxWidth: `${Math.max(1.2, room * 100)}%` }
            }
          >
            {room < wordsRoomMin ? <Shape shape={shape} words={said} /> : said}
          </span>
        );
      })}
    </div>
  );
}

function Shape({ shape, words }: { shape: string; words: string }) {
  return (
    <>
      <span aria-hidden="true">{shape}</span>
      <span className="sr-only">{words}</span>
    </>
  );
}

function Clocks({ window }: { window: TimeWindow }) {
  return (
    <div className="relative h-4 min-w-0 flex-1 overflow-hidden font-mono text-[11px] text-quiet" aria-hidden="true">
      {clockTimes(window, 10).map((at) => (
        <span key={at} className="absolute -translate-x-1/2" style={{ left: `${placeOf(window, at) * 100}%` }}>
          {clock(at, false).slice(0, 5)}
        </span>
      ))}
    </div>
  );
}
