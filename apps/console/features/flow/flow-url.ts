/**
 * Everything the Flow page shows that a person chose, as URL parameters: a second browser opens the same view.
 */
"use client";
import { parseAsString, parseAsStringLiteral, useQueryState } from "nuqs";
import { useMemo } from "react";
import { everyRow, filterText, parseFilter, type ParsedFilter, type RowFilter } from "@signalbox/gateway/shared";

export const tailModes = ["live", "paused"] as const;
export const flowViews = ["graph", "table", "tail"] as const;

/** A filter in the URL that is none shows every row and says what is wrong with it, in the filter's line. */
export function useTailFilter(): { text: string; parsed: ParsedFilter; filter: RowFilter; set: (filter: RowFilter) => void } {
  const [text, setText] = useQueryState("filter", parseAsString.withDefault(""));
  const parsed = useMemo(() => parseFilter(text), [text]);
  return {
    text,
    parsed,
    filter: parsed.kind === "ok" ? parsed.filter : everyRow,
    set: (filter) => void setText(filter.terms.length === 0 ? null : filterText(filter), { history: "push" }),
  };
}

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

/** The namespace whose types are shown; see graph/bundle.ts. */
export function useOpenNamespace() {
  return useQueryState("in", parseAsString);
}
