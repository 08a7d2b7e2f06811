/**
 * BreakpointViews: breakpoints of a partition, and the entities held at them, as plain views; those of several partitions are merged into
 * one with summed counts and the earliest moment.
 */
import type { Entity } from "../../core/tables/entity.ts";
import { heldTypesMax, type BreakpointView, type HeldOfType } from "@signalbox/runtime/model/breakpoint";
import type { HeldQuery } from "@signalbox/runtime/model/queries";
import type { EntityView } from "@signalbox/runtime/model/views";
import { viewInMemory } from "./entity-queries.ts";
import type { PartitionProcessor } from "../processor/partition-processor.ts";

export function viewBreakpoints({ state }: PartitionProcessor): BreakpointView[] {
  return [...state.breakpoints.all].map(({ breakpoint: { spec, untilMs, isFull }, held }) => ({
    spec,
    untilMs,
    isFull,
    heldEntities: held.size,
    heldMessages: [...held].reduce((sum, { mailbox }) => sum + mailbox.depth, 0),
    ...unclearOf(held),
    heldTypes: sumsOf([...held].map(({ address, mailbox }) => ({ type: address.type, messages: mailbox.depth }))),
  }));
}

export function mergeBreakpoints(all: readonly (readonly BreakpointView[])[]): BreakpointView[] {
  const merged = new Map<string, BreakpointView>();
  for (const view of all.flat()) {
    const known = merged.get(view.spec.id);
    merged.set(view.spec.id, known === undefined ? view : mergeBreakpoint(known, view));
  }
  return [...merged.values()].toSorted((a, b) => a.spec.setMs - b.spec.setMs);
}

function mergeBreakpoint(one: BreakpointView, other: BreakpointView): BreakpointView {
  return {
    spec: one.spec,
    untilMs: Math.min(one.untilMs, other.untilMs),
    isFull: one.isFull || other.isFull,
    heldEntities: one.heldEntities + other.heldEntities,
    heldMessages: one.heldMessages + other.heldMessages,
    heldUnclear: one.heldUnclear + other.heldUnclear,
    unclearWhy: one.unclearWhy ?? other.unclearWhy,
    heldTypes: sumsOf([...one.heldTypes, ...other.heldTypes]),
  };
}

function unclearOf(held: Iterable<Entity>): Pick<BreakpointView, "heldUnclear" | "unclearWhy"> {
  const reasons = [...held].flatMap(({ heldUnclear }) => heldUnclear ?? []);
  return { heldUnclear: reasons.length, unclearWhy: reasons[0] };
}

function sumsOf(all: readonly HeldOfType[]): HeldOfType[] {
  const sums = new Map<string, number>();
  for (const { type, messages } of all) sums.set(type, (sums.get(type) ?? 0) + messages);
  return [...sums]
    .map(([type, messages]) => ({ type, messages }))
    .toSorted((a, b) => b.messages - a.messages || (a.type < b.type ? -1 : 1))
    .slice(0, heldTypesMax);
}

/** In the order in which they came to be held. */
export function listHeld(processor: PartitionProcessor, { breakpoint, limit }: HeldQuery): EntityView[] {
  const views: EntityView[] = [];
  for (const { breakpoint: holding, held } of processor.state.breakpoints.all) {
    if (breakpoint !== undefined && holding.spec.id !== breakpoint) continue;
    for (const entity of held) {
      if (views.length >= limit) return views;
      views.push(viewInMemory(processor, entity));
    }
  }
  return views;
}

export function mergeHeld(lists: readonly (readonly EntityView[])[], limit: number): EntityView[] {
  return lists
    .flat()
    .toSorted((a, b) => (a.sinceMs ?? 0) - (b.sinceMs ?? 0))
    .slice(0, limit);
}
