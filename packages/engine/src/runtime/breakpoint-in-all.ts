/** A breakpoint is set in all partitions or in none: an entity may live in any of them. Neighbours: embedded-engine.ts (asks), core/scheduling/breakpoints.ts (sets). */
import type { BreakpointSpec } from "@signalbox/runtime/model/breakpoint";
import type { Partition } from "../partition.ts";

/** Rejects with the error of the first partition that refused it. */
export async function setInAll(partitions: readonly Partition[], spec: BreakpointSpec, basis: unknown): Promise<void> {
  const set = await Promise.allSettled(partitions.map((partition) => partition.setBreakpoint(spec, basis)));
  const refused = set.find((one) => one.status === "rejected");
  if (refused === undefined) return;
  await Promise.allSettled(partitions.map((partition) => partition.releaseBreakpoint(spec.id)));
  throw refused.reason;
}
