/**
 * FilmMarks: one frame of a trace's film as marks on the whole graph of the Flow: where the story is, which way it took last, and where it
 * has not been yet. It is pure except for the context that carries them. Neighbours: flow-film.tsx makes them, graph/ draws them.
 */
"use client";
import { createContext } from "react";
import type { FlowEdge } from "../../../trpc/views.ts";
import type { CausalTree } from "../../traces/causal-tree.ts";
import { OUTSIDE, wayOf } from "../../traces/story-film.ts";
import type { Film } from "../../traces/use-film.ts";

export interface FilmMarks {
  /** The node of this frame; null when the film has not begun. */
  readonly here: string | null;
  readonly parked: boolean;
  readonly passed: ReadonlySet<string>;
  /** The edge of this frame. */
  readonly way: string | null;
  readonly ways: ReadonlySet<string>;
  /** The name of the frame. */
  readonly hop: string | null;
}

/** Null when no film is shown. */
export const FilmMarksContext = createContext<FilmMarks | null>(null);

export function filmMarks(tree: CausalTree, film: Pick<Film, "frames" | "at" | "opened">, edges: readonly FlowEdge[]): FilmMarks {
  const byKey = new Map(tree.items.map((item) => [item.key, item]));
  const steps = film.frames.slice(0, film.at + 1).map((item) => wayOf(item, byKey));
  const ids = steps.map((step) => (step.from === OUTSIDE ? entranceOf(step.to, edges) : step));
  const last = ids.at(-1);
  return {
    here: last?.to ?? null,
    parked: film.opened?.kind === "record" && film.opened.record.outcome === "parked",
    passed: new Set(ids.flatMap(({ from, to }) => [from, to])),
    way: last?.id ?? null,
    ways: new Set(ids.map(({ id }) => id)),
    hop: film.opened?.key ?? null,
  };
}

/** The journal does not keep which ingress a message came by, so it is shown on the one that brings most messages of its type. */
function entranceOf(to: string, edges: readonly FlowEdge[]): { id: string; from: string; to: string } {
  const entrances = edges.filter((edge) => edge.to === to && edge.from.startsWith("ingress:"));
  return entrances.toSorted((left, right) => right.total - left.total)[0] ?? { id: `${OUTSIDE}→${to}`, from: OUTSIDE, to };
}

export type FilmLook = "here" | "passed" | "ahead";

/** The marks of one node, or of a box that stands for several. */
export function filmLook(marks: FilmMarks | null, ids: readonly string[]): FilmLook | null {
  if (marks === null) return null;
  if (marks.here !== null && ids.includes(marks.here)) return "here";
  return ids.some((id) => marks.passed.has(id)) ? "passed" : "ahead";
}

export function filmClass(look: FilmLook | null, parked: boolean): string {
  if (look === "ahead") return "opacity-40";
  if (look !== "here") return "";
  return parked ? "border-danger ring-2 ring-danger" : "border-message ring-2 ring-message";
}
