/**
 * Everything the Flow page shows that a person chose, as URL parameters: a second browser opens the same view.
 */
"use client";
import { parseAsString, parseAsStringLiteral, useQueryState, useQueryStates } from "nuqs";
import { statuses, type FilterFields } from "./filter-text.ts";

export const tailModes = ["live", "paused"] as const;
export const flowViews = ["graph", "table"] as const;

export function useFilterFields(): [FilterFields, (fields: Partial<FilterFields>) => void] {
  const [fields, set] = useQueryStates({
    type: parseAsString,
    id: parseAsString,
    value: parseAsString,
    is: parseAsStringLiteral(statuses),
    q: parseAsString,
  });
  return [fields, (next) => void set(next, { history: "push" })];
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
