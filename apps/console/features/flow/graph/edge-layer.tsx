/**
 * The lines between nodes, in one SVG under them: width shows the rate, red dashes a failure, the text rate and p50. A click holds a line.
 * Assistive technology ignores it, because the table behind the graph says the same.
 */
"use client";
import { ViewportPortal } from "@xyflow/react";
import { memo } from "react";
import { rate } from "../../../format/numbers.ts";
import { duration } from "../../../format/times.ts";
import type { FlowEdge } from "../../../trpc/views.ts";
import { cn } from "../../../ui/cn.ts";
import { arrowOf, pathOf, type Curve } from "./geometry.ts";
import { useFlowWords } from "../../../words/flow/use-flow-words.ts";

const CHARACTER_WIDTH = 7.2;

export interface EdgeLayerProps {
  edges: readonly FlowEdge[];
  curves: ReadonlyMap<string, Curve>;
  held: string | null;
  /** Whether an edge is dimmed, because it has nothing to do with what is looked at. */
  dimmed: (edge: FlowEdge) => boolean;
  /** The lines that a film went along; null when no film is shown. */
  film: FilmLines | null;
}

export interface FilmLines {
  readonly here: string | undefined;
  readonly passed: ReadonlySet<string>;
  readonly parked: boolean;
  /** The name of the frame. */
  readonly hop: string | null;
  readonly still: boolean;
}

export function EdgeLayer({ edges, curves, held: heldByHand, dimmed: dimmedAlways, film }: EdgeLayerProps) {
  const held = film === null ? heldByHand : film.here;
  const dimmed = (edge: FlowEdge): boolean => (film === null ? dimmedAlways(edge) : !film.passed.has(edge.id));
  const taken = film?.here === undefined ? undefined : curves.get(film.here);
  return (
    <ViewportPortal>
      <svg className="pointer-events-none absolute top-0 left-0 -z-10 size-px overflow-visible" aria-hidden="true">
        {edges.map((edge) => {
          const curve = curves.get(edge.id);
          return curve === undefined ? null : (
            <Line key={edge.id} edge={edge} curve={curve} held={held === edge.id} dimmed={dimmed(edge)} />
          );
        })}
        {edges.map((edge) => {
          const curve = curves.get(edge.id);
          return curve === undefined ? null : (
            <Label key={edge.id} edge={edge} curve={curve} held={film === null && held === edge.id} dimmed={dimmed(edge)} />
          );
        })}
        {film === null || taken === undefined ? null : <FilmDot key={film.hop} curve={taken} film={film} />}
      </svg>
    </ViewportPortal>
  );
}

/** The message of the frame: it runs along its way once and stays at the end; without motion it is there at once. */
function FilmDot({ curve, film }: { curve: Curve; film: FilmLines }) {
  const ink = film.parked ? "fill-danger" : "fill-message";
  if (film.still) return <circle r="5" cx={curve.end.x} cy={curve.end.y} className={ink} />;
  return (
    <circle r="5" className={ink}>
      <animateMotion path={pathOf(curve)} dur="0.6s" fill="freeze" />
    </circle>
  );
}

interface LineProps {
  edge: FlowEdge;
  curve: Curve;
  held: boolean;
  dimmed: boolean;
}

const Line = memo(function Line({ edge, curve, held, dimmed }: LineProps) {
  const ink = held ? "stroke-message" : edge.failed ? "stroke-danger" : "stroke-line-strong";
  const head = held ? "fill-message" : edge.failed ? "fill-danger" : "fill-line-strong";
  return (
    <g className={dimmed ? "opacity-30" : ""}>
      <path
        d={pathOf(curve)}
        fill="none"
        strokeWidth={thickness(edge.ratePerSecond)}
        strokeLinecap="round"
        strokeDasharray={edge.failed ? "2 5" : undefined}
        className={ink}
      />
      <path d={arrowOf(curve)} className={head} />
    </g>
  );
});

const Label = memo(function Label({ edge, curve, held, dimmed }: LineProps) {
  const { failing, rows } = useFlowWords();
  const quiet = edge.ratePerSecond === 0;
  if ((!curve.labelFits || (quiet && !edge.failed)) && !held) return null;
  const first = held ? rows.is.held : edge.failed ? failing : rate(edge.ratePerSecond);
  const second = held || edge.failed ? rate(edge.ratePerSecond) : edge.p50Ms === null ? null : duration(edge.p50Ms);
  const words = second === null ? first : `${first} · ${second}`;
  const width = words.length * CHARACTER_WIDTH + 8;
  return (
    <g className={dimmed ? "opacity-40" : ""} transform={`translate(${curve.label.x} ${curve.label.y})`}>
      <rect x={-width / 2} y={-8} width={width} height={16} rx={3} className="fill-ground" />
      <text
        textAnchor="middle"
        dominantBaseline="central"
        className={cn("font-mono text-[12px]", held ? "fill-message" : edge.failed ? "fill-danger" : "fill-quiet")}
      >
        {words}
      </text>
    </g>
  );
});

/** Returns 1 px for a trickle, 4 px for ten thousand a second. */
function thickness(perSecond: number): number {
  return Math.round((1 + Math.min(3, Math.log10(1 + perSecond) * 0.75)) * 4) / 4;
}
