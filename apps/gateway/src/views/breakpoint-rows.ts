/**
 * breakpointRow: a breakpoint of the engine as the contract shows it, with what it covers in the contract's words.
 */
import type { BreakpointSpec, BreakpointView } from "@signalbox/runtime";
import type { BreakpointRow } from "../contract/messages/breakpoints.ts";

export function breakpointRow({ spec, untilMs, heldTypes, unclearWhy, ...held }: BreakpointView): BreakpointRow {
  const { heldEntities, heldMessages, heldUnclear } = held;
  const counts = { heldEntities, heldMessages, heldUnclear, unclearWhy: unclearWhy ?? null, heldTypes: [...heldTypes] };
  return { id: spec.id, ...breakpointPlace(spec), by: spec.by, setMs: spec.setMs, untilMs, ...counts };
}

export function breakpointPlace({
  namespace,
  name,
  ids,
  condition,
}: BreakpointSpec): Pick<BreakpointRow, "functions" | "entity" | "prefix" | "condition"> {
  return {
    functions: `${namespace}/${name}`,
    entity: ids.kind === "one" ? ids.id : null,
    prefix: ids.kind === "prefix" ? ids.prefix : null,
    condition: condition ?? null,
  };
}

/** Returns the breakpoints that hold messages back; one that is full is about to be removed. */
export function breakpointRows(views: readonly BreakpointView[]): BreakpointRow[] {
  return views.filter(({ isFull }) => !isFull).map(breakpointRow);
}
