/**
 * useAsOf: the record after which an entity is shown; it is in the URL, so that a link opens the same moment for somebody else.
 */
"use client";
import { parseAsInteger, useQueryState } from "nuqs";

export function useAsOf(): readonly [number | null, (sequence: number | null) => void] {
  const [sequence, setSequence] = useQueryState("asof", parseAsInteger.withOptions({ history: "push" }));
  return [sequence, (next) => void setSequence(next)];
}
