/**
 * FilterChips: a filter as parts that must all hold, each a piece of its text. Parts are added and removed without touching the others.
 * Neighbours: the console shows them.
 */
import { fieldName, type CelNode } from "./cel-environment.ts";
import type { Filter } from "./compile-filter.ts";
import { conjuncts } from "./filter-names.ts";

export function chipsOf({ tree, text }: Filter): string[] {
  if (tree === undefined) return [];
  const parts = conjuncts(tree);
  if (parts.length === 1) return [text.trim()];
  return parts.map((part) => text.slice(part.start, part.end).trim());
}

/** Joins the parts into one text. A part that binds less than && is put in brackets. */
export function textOfChips(chips: readonly string[]): string {
  return chips.map((chip) => (chips.length > 1 && bindsLess(chip) ? `(${chip})` : chip)).join(" && ");
}

function bindsLess(chip: string): boolean {
  return /\|\||\?/.test(chip) && !/^\(.*\)$/s.test(chip);
}

/** Returns the filter's text with this field equal to exactly this text; null removes the part that says so. */
export function withEqual(filter: Filter, field: string, value: string | null): string {
  const parts = filter.tree === undefined ? [] : conjuncts(filter.tree);
  const chips = chipsOf(filter);
  const others = chips.filter((_chip, at) => equalTo(parts[at], field) === null);
  return textOfChips(value === null ? others : [`${field} == ${JSON.stringify(value)}`, ...others]);
}

/** Returns the text that a field must equal; null when the filter does not say so at its top level. */
export function equalOf({ tree }: Filter, field: string): string | null {
  for (const part of tree === undefined ? [] : conjuncts(tree)) {
    const value = equalTo(part, field);
    if (value !== null) return value;
  }
  return null;
}

function equalTo(part: CelNode | undefined, field: string): string | null {
  if (part?.op !== "==") return null;
  const [left, right] = part.args;
  if (left.op !== "id" || fieldName(left.args) !== field || right.op !== "value") return null;
  return typeof right.args === "string" ? right.args : null;
}
