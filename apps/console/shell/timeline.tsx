/**
 * The timeline: the last ten minutes as a strip of time, the same on every page. Messages a second on a logarithmic scale with its numbers at the
 * left, failures in red from the bottom with a notch on top, savepoints, restores and module changes as marks of their own shape.
 * Hover tells the values.
 */
"use client";
import { useTheme } from "next-themes";
import { useEffect, useMemo, useRef, useState, type PointerEvent } from "react";
import { counted, grouped, rate } from "../format/numbers.ts";
import { clock, duration, relative } from "../format/times.ts";
import { timelineSeconds } from "@signalbox/gateway/shared";
import type { Connection } from "../live/live-store.ts";
import { useConnection, useTimeline } from "../live/use-live.ts";
import { StatusWord } from "../ui/feedback/status-word.tsx";
import { secondsPerColumn, timelineColumns, type TimelineColumn } from "./timeline-columns.ts";
import { drawTimeline } from "./timeline-drawing.ts";
import { scaleFor, tallness, type TimelineScale } from "./timeline-scale.ts";

const COLUMN_WIDTH_MIN = 6;

export function Timeline() {
  const buckets = useTimeline();
  const connection = useConnection();
  const { resolvedTheme } = useTheme();
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(0);
  const [hovered, setHovered] = useState<number | null>(null);
  const nowMs = buckets.at(-1)?.atMs ?? 0;

  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const span = secondsPerColumn(width, timelineSeconds, COLUMN_WIDTH_MIN);
  const count = Math.max(1, Math.floor(timelineSeconds / span));
  const columns = width === 0 || nowMs === 0 ? [] : timelineColumns(buckets, { nowMs, secondsPerColumn: span, columns: count });
  const held = hovered === null ? undefined : columns[hovered];
  const peak = columns.reduce((most, column) => Math.max(most, column.messages, column.failures), 0) / span;
  const scale = useMemo(() => scaleFor(peak), [peak]);

  useEffect(() => {
    if (canvas.current !== null && width > 0) drawTimeline(canvas.current, { columns, width, hovered, scale, secondsPerColumn: span });
  });

  const hover = (event: PointerEvent<HTMLDivElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    setHovered(Math.min(count - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * count))));
  };
  return (
    <section
      aria-label="Timeline: the last ten minutes"
      data-theme-drawn={resolvedTheme}
      className="flex h-[78px] flex-col border-t border-line bg-panel px-4 pt-1.5 pb-1 max-room:h-[58px] max-room:pt-1"
    >
      <div className="flex h-[18px] items-center gap-4 overflow-hidden text-[12px] whitespace-nowrap">
        {held === undefined ? (
          <TimelineStory columns={columns} connection={connection.kind} nowMs={nowMs} spanSeconds={span} />
        ) : (
          <ColumnStory column={held} spanSeconds={span} nowMs={nowMs} />
        )}
        <span className="ml-auto font-mono text-quiet">{nowMs === 0 ? "" : clock(held?.startMs ?? nowMs, false)}</span>
      </div>
      <div className="flex min-h-0 flex-1 gap-2">
        <ScaleNumbers scale={scale} />
        <div className="flex min-w-0 flex-1 flex-col">
          <div ref={frame} className="relative min-h-0 flex-1" onPointerMove={hover} onPointerLeave={() => setHovered(null)}>
            <canvas ref={canvas} className="absolute inset-0 size-full" role="img" aria-label={summary(columns, span)} />
          </div>
          <ClockNumbers columns={columns} spanSeconds={span} />
        </div>
      </div>
    </section>
  );
}

interface TimelineStoryProps {
  columns: readonly TimelineColumn[];
  connection: Connection["kind"];
  nowMs: number;
  spanSeconds: number;
}

const connectionWords: Record<Connection["kind"], string> = {
  live: "Live",
  connecting: "Waiting for the gateway",
  offline: "Standing still",
  resting: "Resting: nobody looked at this tab",
};

function TimelineStory({ columns, connection, nowMs, spanSeconds }: TimelineStoryProps) {
  const known = columns.filter((column) => column.known);
  const first = known[0];
  const mark = columns.findLast((column) => column.marks.length > 0)?.marks.at(-1);
  const failing = columns.findLast((column) => column.failures > 0);
  return (
    <>
      <span className={connection === "live" ? "font-medium" : "text-quiet"}>{connectionWords[connection]}</span>
      {first === undefined ? null : (
        <span className="text-quiet max-sm:hidden">
          messages a second, bar {spanSeconds} s, log scale · reaches back {duration(Math.max(1_000, nowMs - first.startMs))}
        </span>
      )}
      {failing === undefined ? null : <StatusWord tone="danger">last failure {relative(failing.startMs, nowMs)}</StatusWord>}
      {mark === undefined ? null : (
        <span className="truncate text-quiet">
          <span className="font-mono">{clock(mark.atMs, false)}</span> {mark.text}
        </span>
      )}
    </>
  );
}

function ColumnStory({ column, spanSeconds, nowMs }: { column: TimelineColumn; spanSeconds: number; nowMs: number }) {
  if (!column.known) return <span className="text-quiet">Nothing is known of this moment: the gateway had not started.</span>;
  return (
    <>
      <span className="font-mono font-medium">{rate(column.messages / spanSeconds)}</span>
      <span className="text-quiet">
        {counted(column.messages, "message", "messages")} in {spanSeconds} s
      </span>
      {column.failures === 0 ? null : <StatusWord tone="danger">{counted(column.failures, "failure", "failures")}</StatusWord>}
      {column.marks.map((mark) => (
        <span key={`${mark.kind}-${mark.atMs}`}>{mark.text}</span>
      ))}
      <span className="text-quiet max-sm:hidden">{relative(column.startMs, nowMs)}</span>
    </>
  );
}

/** The rates at the top and about half-way up. */
function ScaleNumbers({ scale }: { scale: TimelineScale }) {
  const place = (perSecond: number) => ({ bottom: `${tallness(perSecond, scale) * 76}%` });
  return (
    <div className="relative mb-3.5 w-11 shrink-0 font-mono text-[11px] leading-3 text-quiet max-room:mb-0" aria-hidden="true">
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

const CLOCK_EVERY_MS = 2 * 60_000;

/** The time of day under every second minute. */
function ClockNumbers({ columns, spanSeconds }: { columns: readonly TimelineColumn[]; spanSeconds: number }) {
  const firstMs = columns[0]?.startMs ?? 0;
  const lengthMs = columns.length * spanSeconds * 1_000;
  const times: number[] = [];
  for (let at = Math.ceil(firstMs / CLOCK_EVERY_MS) * CLOCK_EVERY_MS; at < firstMs + lengthMs; at += CLOCK_EVERY_MS) times.push(at);
  return (
    <div
      className="relative h-3.5 shrink-0 overflow-hidden font-mono text-[11px] leading-[14px] text-quiet max-room:hidden"
      aria-hidden="true"
    >
      {times.map((at) => (
        <span key={at} className="absolute -translate-x-1/2" style={{ left: `${((at - firstMs) / lengthMs) * 100}%` }}>
          {clock(at, false).slice(0, 5)}
        </span>
      ))}
    </div>
  );
}

function summary(columns: readonly TimelineColumn[], spanSeconds: number): string {
  const messages = columns.reduce((sum, column) => sum + column.messages, 0);
  const failures = columns.reduce((sum, column) => sum + column.failures, 0);
  const peak = columns.reduce((most, column) => Math.max(most, column.messages), 0) / spanSeconds;
  return `${grouped(messages)} messages in the last ten minutes, at most ${rate(peak)}; ${counted(failures, "failure", "failures")}. Logarithmic scale.`;
}
