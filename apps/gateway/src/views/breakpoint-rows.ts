/** breakpointRow: a breakpoint of the engine as the contract shows it, and what it covers in the contract's words. */
import type { BreakpointSpec, BreakpointView } from "@signalbox/runtime";
import type { BreakpointRow } from "../contract/breakpoints.ts";

export function breakpointRow({ spec, untilMs, heldEntities, heldMessages, heldTypes }: BreakpointView): BreakpointRow {
  const held = { heldEntities, heldMessages, heldTypes: [...heldTypes] };
  return { id: spec.id, ...breakpointPlace(spec), by: spec.by, setMs: spec.setMs, untilMs, ...held };
}

export function breakpointPlace({ namespace, name, ids }: BreakpointSpec): Pick<BreakpointRow, "functions" | "entity" | "prefix"> {
  return {
    functions: `${namespace}/${name}`,
    entity: ids.kind === "one" ? ids.id : null,
    prefix: ids.kind === "prefix" ? ids.prefix : null,
  };
}

/** Those that hold; one that is full is about to go. */
export function breakpointRows(views: readonly BreakpointView[]): BreakpointRow[] {
  return views.filter(({ isFull }) => !isFull).map(breakpointRow);
}
