/**
 * The lines between nodes, in one SVG under them: width tells the rate, red dashes a failure, the text rate and p50. A click
 * holds a line. Decorative to assistive technology: the table behind the graph says the same.
 */
"use client";
import { ViewportPortal } from "@xyflow/react";
import { memo } from "react";
import { rate } from "../../../format/numbers.ts";
import { duration } from "../../../format/times.ts";
import type { FlowEdge } from "../../../trpc/views.ts";
import { cn } from "../../../ui/cn.ts";
import { pathOf, type Curve } from "./geometry.ts";

export interface EdgeLayerProps {
  edges: readonly FlowEdge[];
  curves: ReadonlyMap<string, Curve>;
  held: string | null;
  /** Edges that have nothing to do with what is looked at step back. */
  dimmed: (edge: FlowEdge) => boolean;
}

export function EdgeLayer({ edges, curves, held, dimmed }: EdgeLayerProps) {
  return (
    <ViewportPortal>
      <svg className="pointer-events-none absolute top-0 left-0 -z-10 size-px overflow-visible" aria-hidden="true">
        {edges.map((edge) => {
          const curve = curves.get(edge.id);
          return curve === undefined ? null : <Line key={edge.id} edge={edge} curve={curve} held={held === edge.id} dimmed={dimmed(edge)} />;
        })}
        {edges.map((edge) => {
          const curve = curves.get(edge.id);
          return curve === undefined ? null : <Label key={edge.id} edge={edge} curve={curve} held={held === edge.id} dimmed={dimmed(edge)} />;
        })}
      </svg>
    </ViewportPortal>
  );
}

interface LineProps {
  edge: FlowEdge;
  curve: Curve;
  held: boolean;
  dimmed: boolean;
}

const Line = memo(function Line({ edge, curve, held, dimmed }: LineProps) {
  const path = pathOf(curve);
  return (
    <path
      d={path}
      fill="none"
      strokeWidth={thickness(edge.ratePerSecond)}
      strokeLinecap="round"
      strokeDasharray={edge.failed ? "2 5" : undefined}
      className={cn(held ? "stroke-message" : edge.failed ? "stroke-danger" : "stroke-line-strong", dimmed && "opacity-30")}
    />
  );
});

const Label = memo(function Label({ edge, curve, held, dimmed }: LineProps) {
  const quiet = edge.ratePerSecond === 0;
  if (quiet && !edge.failed && !held) return null;
  return (
    <text
      x={curve.label.x}
      y={curve.label.y}
      textAnchor="middle"
      dominantBaseline="central"
      strokeWidth={5}
      paintOrder="stroke"
      className={cn("fill-quiet stroke-ground font-mono text-[11px]", held && "fill-message", edge.failed && "fill-danger", dimmed && "opacity-40")}
    >
      {held ? "held · " : edge.failed ? "failing · " : ""}
      {rate(edge.ratePerSecond)}
      {edge.p50Ms === null ? "" : ` · ${duration(edge.p50Ms)}`}
    </text>
  );
});

/** 1 px for a trickle, 4 px for ten thousand a second. */
function thickness(perSecond: number): number {
  return Math.round((1 + Math.min(3, Math.log10(1 + perSecond) * 0.75)) * 4) / 4;
}
