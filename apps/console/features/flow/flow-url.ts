/**
 * Everything the Flow page shows that a person chose, as URL parameters, beside its filter (filter/use-filter.ts): a second browser opens the same view.
 */
"use client";
import { parseAsInteger, parseAsString, parseAsStringLiteral, useQueryState } from "nuqs";

export const tailModes = ["live", "paused"] as const;
export const flowViews = ["graph", "table", "tail"] as const;

export function useTailMode() {
  return useQueryState("tail", parseAsStringLiteral(tailModes).withDefault("live"));
}

export function useFlowView() {
  return useQueryState("view", parseAsStringLiteral(flowViews).withDefault("graph"));
}

/** What the inspector shows; see selection.ts for its text form. */
export function useOpened() {
  return useQueryState("open", parseAsString);
}

/** The trace whose film is shown over the graph. */
export function useFilmTrace() {
  return useQueryState("film", parseAsInteger);
}

export const flowLevels = ["types", "namespaces"] as const;

/** How far the graph is zoomed; null: as it fits. */
export function useFlowLevel() {
  return useQueryState("level", parseAsStringLiteral(flowLevels));
}

/** The namespace whose types are shown; see graph/bundle.ts. */
export function useOpenNamespace() {
  return useQueryState("in", parseAsString);
}
