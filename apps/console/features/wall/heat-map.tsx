/**
 * HeatMap: p99 by function type or edge and time: one hue, brighter (darker in light) is slower, on a fixed scale from 1 to 100 ms; a
 * failure in a cell is a red square with an edge, never a red cell. The pointer or arrows select a cell and its text; Enter or a click
 * opens its messages. For an edge it shows how long its messages were under way. Neighbours: use-open-cell.ts finds the messages,
 * edge-name.ts names edges.
 */
"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTheme } from "next-themes";
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import type { OverviewWords } from "../../words/overview/en.ts";
import { useOverviewWords } from "../../words/overview/use-overview-words.ts";
import { clock, duration } from "../../format/times.ts";
import type { TimeWindow } from "../../time/time-window.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { RollupBusiestView, RollupRowView } from "../../trpc/views.ts";
import { cn } from "../../ui/cn.ts";
import { edgeWords, endsOf, shortEdge } from "./edge-name.ts";
import type { OpenedCell } from "./use-open-cell.ts";

const rowsShown = { type: 12, edge: 8 } as const;
/** What counts as a failure: for a type attempts, for an edge entities that were parked at its messages. */
export const heatValues = { type: "in,failures", edge: "in,parked" } as const;
const rowPx = 18;
const stepsMs = [10_000, 60_000, 300_000, 600_000];
const cellsMax = 150;
const boundsMs = [1, 3, 10, 30, 60, 100];

/** Returns 0 to 6: below 1 ms, … , 100 ms and more. */
export function heatOf(ms: number): number {
  return boundsMs.filter((bound) => ms >= bound).length;
}

export function heatStep({ fromMs, toMs }: TimeWindow): number {
  const length = toMs - fromMs;
  return stepsMs.find((step) => length / step <= cellsMax && (step >= 60_000 || length <= 1_800_000)) ?? 600_000;
}

export interface HeatMapProps {
  readonly of: "type" | "edge";
  readonly window: TimeWindow;
  readonly gutter: string;
  readonly onOpen: (cell: OpenedCell) => void;
}

export function HeatMap({ of, window, gutter, onOpen }: HeatMapProps) {
  const { heat, edgeHeat } = useOverviewWords().wall;
  const words = of === "edge" ? edgeHeat : heat;
  const stepMs = heatStep(window);
  const asked = { fromMs: window.fromMs, toMs: window.toMs, stepMs };
  const { data } = useQuery({
    ...useTRPC().rollups.busiest.queryOptions({ ...asked, of, limit: rowsShown[of], values: heatValues[of] }),
    placeholderData: keepPreviousData,
  });
  if (data === undefined || data.rows.length === 0) return null;
  return (
    <section aria-label={words.title} className="border-t border-line pt-2">
      <div className="flex flex-wrap items-baseline gap-x-3 pb-1.5 text-[12px] text-quiet">
        <h2 className="font-semibold text-text">{words.title}</h2>
        <span>
          {heat.cell(duration(data.stepMs))} <span className="text-danger">■</span> {words.failed}{" "}
          {words.busiest(Math.min(data.known, rowsShown[of]), data.known)}
        </span>
        {of === "edge" ? null : <Legend />}
      </div>
      <div className="flex">
        <ul className="shrink-0 pr-3" style={{ width: gutter }}>
          {data.rows.map(({ name, overall }) => (
            <li key={name} className="flex items-center justify-between gap-2 font-mono text-[12px]" style={{ height: rowPx }}>
              <span className="min-w-0 truncate" title={of === "edge" ? edgeWords(name) : name}>
                {of === "type" ? name : endsOf(name) === null ? edgeHeat.others : shortEdge(name)}
              </span>
              {/* On a phone an edge needs the room for its two names; its cells have the numbers as text. */}
              <span className={cn("shrink-0 whitespace-nowrap text-quiet", of === "edge" && "max-sm:hidden")}>
                {overall.p99Ms === null ? "–" : duration(overall.p99Ms)}
              </span>
            </li>
          ))}
        </ul>
        <HeatCells of={of} window={window} data={data} onOpen={onOpen} />
      </div>
    </section>
  );
}

function Legend() {
  const { heat: words } = useOverviewWords().wall;
  return (
    <span className="ml-auto flex items-center gap-1 max-sm:hidden">
      {words.below}
      {[0, 1, 2, 3, 4, 5, 6].map((step) => (
        <span key={step} data-heat className="h-2.5 w-4" style={{ background: `var(--heat-${step})` }} aria-hidden="true" />
      ))}
      {words.above}
    </span>
  );
}

interface Cell {
  readonly row: number;
  readonly place: number;
}

export interface HeatCellsProps {
  readonly of: "type" | "edge";
  readonly window: TimeWindow;
  readonly data: RollupBusiestView;
  readonly onOpen: (cell: OpenedCell) => void;
}

/** Only the cells: their rows and columns are those of `data`. */
export function HeatCells({ of, window, data, onOpen }: HeatCellsProps) {
  const { wall } = useOverviewWords();
  const canvas = useRef<HTMLCanvasElement>(null);
  const { resolvedTheme } = useTheme();
  const [width, setWidth] = useState(0);
  const [cell, setCell] = useState<Cell | null>(null);
  const places = Math.max(1, Math.round((window.toMs - window.fromMs) / data.stepMs));
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (canvas.current !== null && width > 0) drawCells(canvas.current, { data, places, width, cell });
  }, [data, places, width, cell, resolvedTheme]);
  const pointed = (event: PointerEvent<HTMLElement>): Cell => {
    const box = event.currentTarget.getBoundingClientRect();
    const clamp = (value: number, most: number): number => Math.min(most, Math.max(0, Math.floor(value)));
    return {
      row: clamp((event.clientY - box.top) / rowPx, data.rows.length - 1),
      place: clamp(((event.clientX - box.left) / box.width) * places, places - 1),
    };
  };
  const open = ({ row, place }: Cell): void => {
    const name = data.rows[row]?.name;
    if (name !== undefined) onOpen({ of, name, fromMs: data.fromMs + place * data.stepMs, stepMs: data.stepMs });
  };
  const keys = (event: KeyboardEvent): void => {
    const at = cell ?? { row: 0, place: places - 1 };
    const steps: Readonly<Record<string, readonly [number, number]>> = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
    };
    if (event.key === "Enter") return open(at);
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    setCell({
      row: Math.min(data.rows.length - 1, Math.max(0, at.row + step[0])),
      place: Math.min(places - 1, Math.max(0, at.place + step[1])),
    });
  };
  return (
    <div className="relative min-w-0 flex-1">
      <div
        role="application"
        aria-label={of === "edge" ? wall.edgeHeat.cells : wall.heat.cells}
        tabIndex={0}
        className="cursor-pointer focus-visible:outline-2 focus-visible:outline-message"
        onPointerMove={(event) => setCell(pointed(event))}
        onPointerLeave={() => setCell(null)}
        onClick={() => (cell === null ? undefined : open(cell))}
        onKeyDown={keys}
      >
        <canvas ref={canvas} className="block w-full" style={{ height: data.rows.length * rowPx }} aria-hidden="true" />
      </div>
      <p role="status" className="h-4 truncate pt-0.5 font-mono text-[11px] text-quiet">
        {cell === null ? "" : cellWords(data, { of, ...cell }, wall)}
      </p>
    </div>
  );
}

function cellWords(
  { rows, fromMs, stepMs }: RollupBusiestView,
  { of, row, place }: Cell & { of: "type" | "edge" },
  { heat, edgeHeat }: OverviewWords["wall"],
): string {
  const shown = rows[row];
  if (shown === undefined) return "";
  const count = shown.values.in?.[place] ?? null;
  const p99Ms = shown.p99Ms[place] ?? null;
  const failed = failedIn(shown, place);
  const when = clock(fromMs + place * stepMs, false);
  const name = of === "type" ? shown.name : endsOf(shown.name) === null ? edgeHeat.others : edgeWords(shown.name);
  const where = `${when} ${name}`;
  if (count === null) return heat.unknown(where);
  const more = failed === 0 ? "" : (of === "edge" ? edgeHeat : heat).failedIn(failed);
  return `${heat.said(where, count, p99Ms === null ? "–" : duration(p99Ms))}${more}`;
}

function failedIn({ values }: RollupRowView, place: number): number {
  return (values.failures ?? values.parked)?.[place] ?? 0;
}

interface Picture {
  readonly data: RollupBusiestView;
  readonly places: number;
  readonly width: number;
  readonly cell: Cell | null;
}

function drawCells(canvas: HTMLCanvasElement, { data, places, width, cell }: Picture): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  const ratio = window.devicePixelRatio;
  const height = data.rows.length * rowPx;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const style = getComputedStyle(canvas);
  const heats = [0, 1, 2, 3, 4, 5, 6].map((step) => style.getPropertyValue(`--heat-${step}`));
  const [danger, ground, message] = ["--danger", "--ground", "--message"].map((name) => style.getPropertyValue(name));
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const step = width / places;
  for (const [row, type] of data.rows.entries()) {
    for (const [place, count] of (type.values.in ?? []).entries()) {
      if (count === null) continue;
      const p99Ms = type.p99Ms[place] ?? null;
      const [x, y] = [place * step, row * rowPx + 1];
      context.fillStyle = heats[p99Ms === null ? 0 : heatOf(p99Ms)] ?? "";
      context.fillRect(x, y, Math.max(1, step - 1), rowPx - 2);
      if (failedIn(type, place) === 0) continue;
      context.fillStyle = ground ?? "";
      context.fillRect(x + step / 2 - 3.5, y + rowPx / 2 - 4.5, 6, 6);
      context.fillStyle = danger ?? "";
      context.fillRect(x + step / 2 - 2.5, y + rowPx / 2 - 3.5, 4, 4);
    }
  }
  if (cell === null) return;
  context.strokeStyle = message ?? "";
  context.lineWidth = 1.5;
  context.strokeRect(cell.place * step - 0.5, cell.row * rowPx + 0.5, step, rowPx - 1);
}
