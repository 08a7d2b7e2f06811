/**
 * Everything on the Flow page that a person chose, as URL parameters, beside its filter (filter/use-filter.ts), so that a second browser
 * opens the same view.
 */
"use client";
import { parseAsInteger, parseAsString, parseAsStringLiteral, useQueryState } from "nuqs";

const tailModes = ["live", "paused"] as const;
export const flowViews = ["graph", "table", "tail"] as const;

export function useTailMode() {
  return useQueryState("tail", parseAsStringLiteral(tailModes).withDefault("live"));
}

export function useFlowView() {
  return useQueryState("view", parseAsStringLiteral(flowViews).withDefault("graph"));
}

/** What the inspector shows; selection.ts defines its text form. */
export function useOpened() {
  return useQueryState("open", parseAsString);
}

/** The trace whose film is shown over the graph. */
export function useFilmTrace() {
  return useQueryState("film", parseAsInteger);
}

const flowLevels = ["types", "namespaces"] as const;

/** The zoom level of the graph; null when it is chosen by size. */
export function useFlowLevel() {
  return useQueryState("level", parseAsStringLiteral(flowLevels));
}

/** The namespace whose types are shown; see graph/bundle.ts. */
export function useOpenNamespace() {
  return useQueryState("in", parseAsString);
}
