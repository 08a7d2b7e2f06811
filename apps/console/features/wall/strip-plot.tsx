/**
 * StripPlot: one strip of the wall, drawn by uPlot on the time axis that all strips and the timeline share. Marks are dotted lines through
 * every strip, the moment is amber, the pointer is one crosshair through all. A click opens the messages of that moment.
 */
"use client";
import { useTheme } from "next-themes";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { TimeWindow } from "../../time/time-window.ts";
import type { RollupMarkView, RollupRangeView } from "../../trpc/views.ts";
import { scaleOf, type Strip } from "./wall-strips.ts";

export interface StripPlotProps {
  readonly strip: Strip;
  readonly height: number;
  readonly data: RollupRangeView;
  readonly window: TimeWindow;
  readonly marks: readonly RollupMarkView[];
  readonly momentMs: number | null;
  readonly label: string;
  readonly onOpen: (atMs: number) => void;
  readonly onHover: (place: number | null) => void;
}

const LEVEL_NAMES_APART = 22;
const crosshair = uPlot.sync("wall");

export function StripPlot(props: StripPlotProps) {
  const { strip, height, label } = props;
  const frame = useRef<HTMLDivElement>(null);
  const { resolvedTheme } = useTheme();
  const latest = useRef(props);
  latest.current = props;
  const plot = useRef<uPlot | null>(null);

  // Made once for each theme; the numbers, window and moment are set below.
  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const made = new uPlot(optionsOf(element, latest), columnsOf(latest.current), element);
    plot.current = made;
    const observer = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry?.contentRect.width ?? 0);
      if (width > 0 && width !== made.width) made.setSize({ width, height });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [strip, height, resolvedTheme]);

  useEffect(() => {
    plot.current?.setData(columnsOf(props), true);
  }, [props.data, props.window.fromMs, props.window.toMs, props.marks, props.momentMs]);

  return (
    <div
      ref={frame}
      role="img"
      aria-label={label}
      className="min-w-0 cursor-pointer"
      style={{ height }}
      onClick={() => {
        const at = plot.current?.cursor.idx;
        const { data, onOpen } = latest.current;
        if (typeof at === "number") onOpen(data.fromMs + at * data.stepMs);
      }}
    />
  );
}

function columnsOf({ strip, data }: StripPlotProps): uPlot.AlignedData {
  const columns = strip.columns(data);
  const [first = []] = columns;
  const times = first.map((_, place) => (data.fromMs + place * data.stepMs) / 1_000);
  const shown =
    strip.key === "waiting" ? columns.map((column) => column.map((value) => (value === null ? null : Math.log10(1 + value)))) : columns;
  return [times, ...shown];
}

function optionsOf(element: HTMLElement, latest: { readonly current: StripPlotProps }): uPlot.Options {
  const { strip, height } = latest.current;
  const style = getComputedStyle(element);
  const ink = (name: string): string => style.getPropertyValue(name).trim();
  const scale = (): ReturnType<typeof scaleOf> => scaleOf(strip, strip.columns(latest.current.data));
  const inks = strip.inks.map(ink);
  const series: uPlot.Series[] = inks.map((colour, place) => ({
    stroke: colour,
    // A bar of height 0 has no line.
    width: strip.shape === "bars" ? 0 : 1,
    points: { show: false },
    spanGaps: false,
    ...(strip.shape === "band" && place === 1 ? { dash: [4, 3] } : {}),
    ...(strip.shape === "mirror" || strip.shape === "area" ? { fill: faint(colour) } : {}),
    ...(strip.shape === "bars" ? { fill: colour, ...barPaths() } : {}),
  }));
  return {
    width: Math.max(60, Math.floor(element.clientWidth)),
    height,
    padding: [2, 0, 2, 0],
    legend: { show: false },
    cursor: {
      sync: { key: crosshair.key, setSeries: false },
      drag: { x: false, y: false },
      y: false,
      points: { show: false },
    },
    scales: {
      x: { time: true, range: () => [latest.current.window.fromMs / 1_000, latest.current.window.toMs / 1_000] },
      y: {
        distr: strip.shape === "band" ? 3 : 1,
        range: () => {
          const { min, max } = scale();
          return [min, max];
        },
      },
    },
    axes: [{ show: false }, { show: false }],
    series: [{}, ...series],
    ...(strip.shape === "band" ? { bands: [{ series: [1, 3], fill: faint(ink("--message")) }] } : {}),
    hooks: {
      setCursor: [(made) => latest.current.onHover(made.cursor.idx ?? null)],
      draw: [(made) => drawOver(made, { latest, scale, ink })],
    },
  };
}

interface Over {
  readonly latest: { readonly current: StripPlotProps };
  readonly scale: () => ReturnType<typeof scaleOf>;
  readonly ink: (name: string) => string;
}

/** Writes each level's text on a piece of the ground, so that it is read over the curves; where levels lie close, every other one has none. */
function nameLevels({ ctx: context, bbox }: uPlot, levels: readonly { readonly text: string; readonly y: number }[], ground: string): void {
  const ratio = devicePixelRatio;
  let last = Number.NEGATIVE_INFINITY;
  context.save();
  const ink = context.fillStyle;
  for (const { text, y } of levels.toSorted((one, other) => one.y - other.y)) {
    if (y - last < LEVEL_NAMES_APART * ratio) continue;
    last = y;
    const above = y - 3 * ratio;
    const [left, foot] = [bbox.left + 4 * ratio, above - 9 * ratio < bbox.top ? y + 11 * ratio : above];
    context.fillStyle = ground;
    context.fillRect(left - 2 * ratio, foot - 9 * ratio, context.measureText(text).width + 4 * ratio, 11 * ratio);
    context.fillStyle = ink;
    context.fillText(text, left, foot);
  }
  context.restore();
}

function drawOver(made: uPlot, { latest, scale, ink }: Over): void {
  const { strip, marks, momentMs } = latest.current;
  const { ctx: context, bbox } = made;
  const ratio = devicePixelRatio;
  const line = (from: readonly [number, number], to: readonly [number, number], dash: number[]): void => {
    context.setLineDash(dash);
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...to);
    context.stroke();
  };
  context.save();
  context.strokeStyle = ink("--line");
  context.fillStyle = ink("--quiet");
  context.lineWidth = ratio;
  context.font = `${11 * ratio}px ${getComputedStyle(document.body).getPropertyValue("--font-geist-mono")}, monospace`;
  const levels = scale().lines.map((value) => ({
    text: strip.text(value),
    y: made.valToPos(strip.key === "waiting" ? Math.log10(1 + value) : value, "y", true),
  }));
  for (const { y } of levels) line([bbox.left, y], [bbox.left + bbox.width, y], []);
  nameLevels(made, levels, ink("--ground"));
  if (strip.shape === "mirror") {
    const zero = made.valToPos(0, "y", true);
    context.strokeStyle = ink("--line-strong");
    line([bbox.left, zero], [bbox.left + bbox.width, zero], []);
  }
  context.strokeStyle = ink("--line-strong");
  for (const { atMs } of marks) {
    const x = made.valToPos(atMs / 1_000, "x", true);
    line([x, bbox.top], [x, bbox.top + bbox.height], [ratio, 3 * ratio]);
  }
  if (momentMs !== null) {
    const x = made.valToPos(momentMs / 1_000, "x", true);
    context.strokeStyle = ink("--caution");
    context.lineWidth = 2 * ratio;
    line([x, bbox.top], [x, bbox.top + bbox.height], []);
  }
  context.restore();
}

/** uPlot's types allow that it comes without these builders of paths. */
function barPaths(): Pick<uPlot.Series, "paths"> {
  const paths = uPlot.paths.bars?.({ size: [0.9, 12, 1] });
  return paths === undefined ? {} : { paths };
}

/** Returns the same ink for an area, at a fifth of its strength. */
function faint(colour: string): string {
  return /^#[0-9a-f]{6}$/i.test(colour) ? `${colour}33` : colour;
}
