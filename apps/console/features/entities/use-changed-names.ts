/**
 * useChangedNames: which values changed with the last update, in words, for a polite announcement; empty at first.
 */
"use client";
import { useState } from "react";
import type { StateValueRow } from "../../trpc/views.ts";

function contents(state: readonly StateValueRow[]): ReadonlyMap<string, string> {
  return new Map(state.map((row) => [row.name, `${row.value?.typename ?? ""} ${row.value?.base64 ?? ""}`]));
}

export function useChangedNames(state: readonly StateValueRow[]): string {
  const [seen, setSeen] = useState({ state, names: "" });
  if (seen.state === state) return seen.names;
  const before = contents(seen.state);
  const changed = [...contents(state)].filter(([name, content]) => before.get(name) !== content).map(([name]) => name);
  const names = changed.length === 0 ? seen.names : `${changed.join(", ")} changed`;
  setSeen({ state, names });
  return names;
}
