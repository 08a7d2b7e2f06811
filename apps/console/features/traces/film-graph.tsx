/**
 * FilmGraph: the part of the Flow that a trace touched, and one frame of the film on it: the ways taken so far, the one taken by this hop
 * with its message on it, and, faint, what is still to come. It has layers from top to bottom; text is never under 11 px.
 */
"use client";
import type { ReactElement } from "react";
import { cutMiddle, nameOf } from "../../format/texts.ts";
import type { CausalTree } from "./causal-tree.ts";
import { filmGraph, wayOf, type FilmGraph as Graph, type FilmNode } from "./story-film.ts";
import { useReducedMotion } from "../../ui/use-reduced-motion.ts";
import type { Film } from "./use-film.ts";
import { useStoryWords } from "../../words/story/use-story-words.ts";

const WIDTH = 346;
const NODE_W = 106;
const NODE_H = 28;
const GAP_X = 14;
const GAP_Y = 26;
const PER_ROW = 3;
const NAME_CHARACTERS_MAX = 14;

interface Place {
  x: number;
  y: number;
}

export function FilmGraph({ tree, film }: { tree: CausalTree; film: Film }): ReactElement {
  const { inspector: words } = useStoryWords();
  const graph = filmGraph(tree);
  const still = useReducedMotion();
  const { places, height } = placesOf(graph);
  const byKey = new Map(tree.items.map((item) => [item.key, item]));
  const passed = film.frames.slice(0, film.at + 1);
  const ways = new Set(passed.map((item) => wayOf(item, byKey).id));
  const reached = new Set(passed.map((item) => wayOf(item, byKey).to));
  const current = film.opened === null ? null : wayOf(film.opened, byKey);
  const parked = film.opened?.kind === "record" && film.opened.record.outcome === "parked";
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${height}`}
      width={WIDTH}
      height={height}
      role="img"
      aria-label={current === null ? words.touched : words.way(labelOf(current.from, words.outside), labelOf(current.to, words.outside))}
      className="max-w-full"
    >
      {graph.edges.map((edge) => {
        const path = pathOf(places.get(edge.from), places.get(edge.to));
        const here = edge.id === current?.id;
        const tone = here ? "var(--message)" : ways.has(edge.id) ? "var(--text)" : "var(--line-strong)";
        return (
          <g key={edge.id}>
            <path d={path} fill="none" stroke={tone} strokeWidth={here ? 2 : 1} strokeDasharray={ways.has(edge.id) ? undefined : "3 3"} />
            {here ? <Dot key={film.opened?.key} path={path} parked={parked} still={still} /> : null}
          </g>
        );
      })}
      {graph.nodes.map((node) => (
        <Node
          key={node.id}
          node={node}
          at={places.get(node.id) ?? { x: 0, y: 0 }}
          look={node.id === current?.to ? (parked ? "parked" : "here") : node.id === "outside" || reached.has(node.id) ? "passed" : "ahead"}
        />
      ))}
    </svg>
  );
}

/** The message: it runs along its way once, and stays at the end; without motion it is there at once. */
function Dot({ path, parked, still }: { path: string; parked: boolean; still: boolean }): ReactElement {
  return (
    <circle r="4" className={parked ? "fill-danger" : "fill-message"} style={{ offsetPath: `path("${path}")`, offsetDistance: "100%" }}>
      {still ? null : <animate attributeName="r" values="2;4" dur="0.3s" fill="freeze" />}
    </circle>
  );
}

type Look = "here" | "parked" | "passed" | "ahead";
const strokes: Record<Look, string> = {
  here: "var(--message)",
  parked: "var(--danger)",
  passed: "var(--quiet)",
  ahead: "var(--line-strong)",
};

function Node({ node, at, look }: { node: FilmNode; at: Place; look: Look }): ReactElement {
  const { outside } = useStoryWords().inspector;
  const full = node.kind === "outside" ? outside : node.name;
  const name = cutMiddle(node.kind === "type" ? nameOf(full) : full, NAME_CHARACTERS_MAX);
  return (
    <g>
      <title>{full}</title>
      <rect
        x={at.x}
        y={at.y}
        width={NODE_W}
        height={NODE_H}
        rx={node.kind === "type" ? 4 : NODE_H / 2}
        fill="var(--panel)"
        stroke={strokes[look]}
        strokeWidth={look === "here" || look === "parked" ? 2 : 1}
      />
      <text
        x={at.x + NODE_W / 2}
        y={at.y + NODE_H / 2 + 4}
        textAnchor="middle"
        fontSize="12"
        fill={look === "ahead" ? "var(--quiet)" : "var(--text)"}
      >
        {node.kind === "egress" ? `◇ ${name}` : name}
      </text>
    </g>
  );
}

function placesOf({ nodes }: Graph): { places: ReadonlyMap<string, Place>; height: number } {
  const places = new Map<string, Place>();
  let y = 2;
  for (const layer of [...Map.groupBy(nodes, (node) => node.depth)].toSorted(([left], [right]) => left - right).map(([, all]) => all)) {
    for (let from = 0; from < layer.length; from += PER_ROW) {
      const row = layer.slice(from, from + PER_ROW);
      const width = row.length * NODE_W + (row.length - 1) * GAP_X;
      for (const [index, node] of row.entries()) places.set(node.id, { x: (WIDTH - width) / 2 + index * (NODE_W + GAP_X), y });
      y += NODE_H + GAP_Y;
    }
  }
  return { places, height: y - GAP_Y + 4 };
}

/** Leads down from the middle of one box to the middle of the other; back up, and to itself, around the side. */
function pathOf(from: Place | undefined, to: Place | undefined): string {
  if (from === undefined || to === undefined) return "";
  const half = NODE_W / 2;
  if (to.y > from.y) {
    const [x1, y1, x2, y2] = [from.x + half, from.y + NODE_H, to.x + half, to.y];
    return `M${x1} ${y1} C${x1} ${y1 + 16} ${x2} ${y2 - 16} ${x2} ${y2}`;
  }
  const side = Math.max(from.x, to.x) + NODE_W;
  const [y1, y2] = [from.y + NODE_H / 2 + 4, to.y + NODE_H / 2 - 4];
  return `M${from.x + NODE_W} ${y1} C${side + 22} ${y1} ${side + 22} ${y2} ${to.x + NODE_W} ${y2}`;
}

function labelOf(node: string, outside: string): string {
  return node === "outside" ? outside : node.slice(node.indexOf(":") + 1);
}
