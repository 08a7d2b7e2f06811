/**
 * The timeline: up to 24 h as a strip of time, the same on every page. It shows messages a second on a logarithmic scale, failures in red
 * from the bottom with a notch on top, p99 as a line, savepoints, restores, modules and starts as marks of their own shape. Dragging or the
 * keys move the time cursor: the whole console then shows that time. Neighbours: time/ owns the cursor, timeline-drawing.ts draws.
 */
"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTheme } from "next-themes";
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import { rate } from "../format/numbers.ts";
import { clock } from "../format/times.ts";
import { useTimeline } from "../live/use-live.ts";
import { momentOf, spans } from "../time/time-cursor.ts";
import { PlaybackControls, PlaybackKeys } from "../time/playback-controls.tsx";
import { clockTimes, momentAt, placeOf, type TimeWindow } from "../time/time-window.ts";
import { useCursor, useSpan, useTimeStore } from "../time/use-time.tsx";
import { useAskedWindow, useReach, useRollups, useWindow } from "../time/use-window.ts";
import { useTRPC } from "../trpc/context.tsx";
import { cn } from "../ui/cn.ts";
import { Segmented } from "../ui/form/segmented.tsx";
import type { ShellWords } from "../words/shell/en.ts";
import { useShellWords } from "../words/shell/use-shell-words.ts";
import { timelineColumns, type TimelineColumn, type TimelineMark } from "./timeline-columns.ts";
import { drawTimeline } from "./timeline-drawing.ts";
import { scaleFor, tallness, type TimelineScale } from "./timeline-scale.ts";
import { ColumnStory, ReachStory, TimelineStory } from "./timeline-story.tsx";

const values = ["messages", "failures"] as const;
const noMarks: readonly TimelineMark[] = [];

export function Timeline() {
  const words = useShellWords();
  const window = useWindow();
  const columns = useColumns(window);
  const [hovered, setHovered] = useState<number | null>(null);
  const [span, setSpan] = useSpan();
  const cursor = useCursor();
  const past = cursor.kind !== "live";
  const held = hovered === null ? undefined : columns[hovered];
  const stepMs = window?.stepMs ?? 1_000;
  const peak = columns.reduce((most, column) => Math.max(most, column.messages, column.failures), 0) / (stepMs / 1_000);
  const scale = useMemo(() => scaleFor(peak), [peak]);
  const moment = momentOf(cursor);
  return (
    <section
      aria-label={words.timeline.name}
      className={cn(
        "relative flex border-t bg-panel wide:pr-0",
        past
          ? "h-[132px] border-caution max-wide:h-[156px] short:h-[112px]"
          : "h-[78px] border-line max-wide:h-[98px] max-room:h-[100px] short:h-[56px]",
      )}
    >
      <div className="flex min-w-0 flex-1 flex-col px-4 pt-1.5 pb-1 max-room:px-2 max-room:pt-1">
        <div className="flex h-[18px] shrink-0 items-center gap-4 overflow-hidden text-[12px] whitespace-nowrap">
          {held === undefined ? <TimelineStory columns={columns} stepMs={stepMs} /> : <ColumnStory column={held} stepMs={stepMs} />}
          <span className={cn("ml-auto font-mono wide:hidden", past ? "font-medium text-caution" : "text-quiet short:hidden")}>
            {window === null ? "" : clock(moment ?? held?.startMs ?? window.toMs, false)}
          </span>
        </div>
        <div className="flex min-h-0 flex-1 gap-2">
          <ScaleNumbers scale={scale} />
          <Plot window={window} columns={columns} scale={scale} hovered={hovered} onHover={setHovered} />
        </div>
        <div
          className={cn(
            "flex h-6 shrink-0 items-center gap-2 overflow-hidden wide:hidden",
            !past && "short:absolute short:top-0.5 short:right-2 short:bg-panel short:pl-2",
          )}
        >
          <SpanChoice span={span} onSpan={setSpan} />
          {past ? <PlaybackControls narrow /> : null}
        </div>
      </div>
      {past ? <PlaybackKeys /> : null}
      <div className="hidden w-[376px] shrink-0 flex-col justify-center gap-1.5 border-l border-line px-4 wide:flex">
        <div className="flex items-center gap-3">
          <span className={cn("font-mono text-[12px] font-medium", past && "text-caution")} suppressHydrationWarning>
            {window === null ? "" : clock(moment ?? Date.now(), false)}
          </span>
          <span className="ml-auto">
            <SpanChoice span={span} onSpan={setSpan} />
          </span>
        </div>
        {past ? <PlaybackControls /> : null}
        <ReachStory />
      </div>
    </section>
  );
}

function SpanChoice({ span, onSpan }: { span: (typeof spans)[number]; onSpan: (span: (typeof spans)[number]) => void }) {
  const { timeline: words } = useShellWords();
  return (
    <Segmented
      small
      label={words.span}
      value={span}
      onChange={onSpan}
      options={spans.map((value) => ({ value, label: value === "all" ? words.all : value }))}
    />
  );
}

function useColumns(window: TimeWindow | null): TimelineColumn[] {
  const live = useTimeline();
  const asked = useAskedWindow();
  const kept = useRollups({ window: asked, values });
  const { fromMs, toMs } = asked ?? { fromMs: 0, toMs: 0 };
  const marks = useQuery({
    ...useTRPC().rollups.marks.queryOptions({ fromMs, toMs }),
    enabled: asked !== null,
    placeholderData: keepPreviousData,
  }).data;
  return useMemo(
    () => (window === null ? [] : timelineColumns({ window, kept: kept ?? null, marks: marks ?? noMarks, live })),
    // The window is a new object each time, so its three numbers are the dependencies.
    [window?.fromMs, window?.toMs, window?.stepMs, kept, marks, live],
  );
}

interface PlotProps {
  window: TimeWindow | null;
  columns: readonly TimelineColumn[];
  scale: TimelineScale;
  hovered: number | null;
  onHover: (column: number | null) => void;
}

function Plot({ window, columns, scale, hovered, onHover }: PlotProps) {
  const { resolvedTheme } = useTheme();
  const { timeline: words } = useShellWords();
  const moment = momentOf(useCursor());
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useWidth(frame);

  useEffect(() => {
    if (canvas.current === null || width === 0 || window === null) return;
    drawTimeline(canvas.current, {
      columns,
      width,
      hovered,
      scale,
      stepMs: window.stepMs,
      cursor: moment === null ? null : placeOf(window, moment),
    });
  });

  const gestures = useGestures({ window, columns: columns.length, onHover });
  return (
    <div className="flex min-w-0 flex-1 flex-col">
      <div
        ref={frame}
        role="slider"
        tabIndex={0}
        aria-label={words.moment}
        aria-valuemin={0}
        aria-valuemax={1_000}
        aria-valuenow={window === null || moment === null ? 1_000 : Math.round(placeOf(window, moment) * 1_000)}
        aria-valuetext={moment === null ? words.now : clock(moment, false)}
        // The server does not know it, so a page that is hydrated begins without it.
        data-theme-drawn={window === null ? undefined : resolvedTheme}
        className="relative min-h-0 flex-1 cursor-col-resize touch-pan-y focus-visible:outline-2 focus-visible:outline-message"
        {...gestures}
      >
        <canvas
          ref={canvas}
          className="absolute inset-0 size-full"
          role="img"
          aria-label={window === null ? words.notLoaded : summary(columns, window, words)}
        />
      </div>
      <ClockNumbers window={window} width={width} moment={moment} />
    </div>
  );
}

interface GesturesOf {
  window: TimeWindow | null;
  columns: number;
  onHover: (column: number | null) => void;
}

/** Dragging moves the cursor and settles it at its end; keys settle it at each press. */
function useGestures({ window, columns, onHover }: GesturesOf) {
  const store = useTimeStore();
  const oldestMs = useReach()?.rollupsMs ?? null;
  const dragged = useRef(false);
  const placeIn = (event: PointerEvent<HTMLDivElement>): number => {
    const box = event.currentTarget.getBoundingClientRect();
    return (event.clientX - box.left) / box.width;
  };
  /** What is older than the oldest kept time cannot be shown, so the handle stops there. */
  const momentIn = (event: PointerEvent<HTMLDivElement>): number =>
    window === null ? Date.now() : Math.max(momentAt(window, placeIn(event)), oldestMs ?? 0);
  const move = (event: PointerEvent<HTMLDivElement>): void => {
    onHover(Math.min(columns - 1, Math.max(0, Math.floor(placeIn(event) * columns))));
    if (dragged.current) store.hover(momentIn(event));
  };
  const begin = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    dragged.current = true;
    store.hover(momentIn(event));
  };
  const end = (event: PointerEvent<HTMLDivElement>): void => {
    if (!dragged.current) return;
    dragged.current = false;
    store.act({ kind: "go", atMs: momentIn(event) });
  };
  const keys = (event: KeyboardEvent): void => {
    if (window === null) return;
    // The step begins where the press before it led, whether that was rendered or not.
    const here = momentOf(store.snapshot().cursor) ?? Date.now();
    const to: Readonly<Record<string, number>> = {
      ArrowLeft: here - window.stepMs,
      ArrowRight: here + window.stepMs,
      PageUp: here - 20 * window.stepMs,
      PageDown: here + 20 * window.stepMs,
      Home: window.fromMs,
      End: Date.now(),
    };
    const wanted = to[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    store.act({ kind: "go", atMs: Math.max(wanted, oldestMs ?? 0) });
  };
  return {
    onPointerMove: move,
    onPointerDown: begin,
    onPointerUp: end,
    onPointerCancel: end,
    onPointerLeave: () => onHover(null),
    onKeyDown: keys,
  };
}

function useWidth(frame: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame]);
  return width;
}

/** The rates at the top and about half-way up. */
function ScaleNumbers({ scale }: { scale: TimelineScale }) {
  const place = (perSecond: number) => ({ bottom: `${tallness(perSecond, scale) * 76}%` });
  return (
    <div
      className="relative mb-3.5 w-11 shrink-0 font-mono text-[11px] leading-3 text-quiet max-room:mb-0 max-sm:hidden"
      aria-hidden="true"
    >
      {[scale.top, scale.middle].map((perSecond) => (
        <span key={perSecond} className="absolute right-0 translate-y-1/2" style={place(perSecond)}>
          {compactRate(perSecond)}
        </span>
      ))}
    </div>
  );
}

function compactRate(perSecond: number): string {
  return perSecond >= 1_000 ? `${perSecond / 1_000}k/s` : `${perSecond}/s`;
}

const CLOCK_PX = 64;

function ClockNumbers({ window, width, moment }: { window: TimeWindow | null; width: number; moment: number | null }) {
  const times = window === null ? [] : clockTimes(window, Math.max(2, width / CLOCK_PX));
  const left = (at: number): string => (window === null ? "0" : `${placeOf(window, at) * 100}%`);
  return (
    <div className="relative h-3.5 shrink-0 overflow-hidden font-mono text-[11px] leading-[14px] text-quiet" aria-hidden="true">
      {times.map((at) => (
        <span key={at} className="absolute -translate-x-1/2" style={{ left: left(at) }}>
          {clock(at, false).slice(0, 5)}
        </span>
      ))}
      {moment === null ? null : (
        <span
          className="absolute w-[72px] -translate-x-1/2 rounded-[3px] bg-caution text-center font-medium text-past-ink"
          style={{ left: `clamp(36px, ${left(moment)}, calc(100% - 36px))` }}
        >
          {clock(moment, false)}
        </span>
      )}
    </div>
  );
}

function summary(columns: readonly TimelineColumn[], window: TimeWindow, words: ShellWords["timeline"]): string {
  const messages = columns.reduce((sum, column) => sum + column.messages, 0);
  const failures = columns.reduce((sum, column) => sum + column.failures, 0);
  const peak = columns.reduce((most, column) => Math.max(most, column.messages), 0) / (window.stepMs / 1_000);
  return words.summary(messages, { from: clock(window.fromMs, false), to: clock(window.toMs, false) }, { peak: rate(peak), failures });
}
