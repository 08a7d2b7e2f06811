/**
 * Breakpoints: messages held before their function gets them, for a person who looks. Held messages stay in their mailbox, in order;
 * editing and discarding the first message are actions of entities.ts. Guarantees: G5 (order is kept), G6 (breakpoints and what they hold
 * are bounded), G7 (each ends by itself).
 */
import type { Address } from "./model/address.ts";
import type { BreakpointSpec, BreakpointView } from "./model/breakpoint.ts";
import type { HeldQuery } from "./model/queries.ts";
import type { EntityView } from "./model/views.ts";

export interface Breakpoints {
  /**
   * Resolves when it holds; invocations in flight still end. `basis`: what its condition is compiled with (message-condition.ts). Rejects
   * TOO_MANY_BREAKPOINTS, and CAPABILITY_MISSING when nothing compiles conditions.
   */
  setBreakpoint(spec: BreakpointSpec, basis?: unknown): Promise<void>;
  /** Lets go what it holds; resolves with the number of entities, which is 0 for a breakpoint that does not exist. */
  releaseBreakpoint(id: string): Promise<{ readonly released: number }>;
  breakpoints(): BreakpointView[];
  /** Lets exactly the first message of a held entity through, with all its attempts. Rejects UNKNOWN_ENTITY, ENTITY_NOT_HELD. */
  stepHeld(address: Address): Promise<void>;
  /** The held entities, in the order in which they were held. */
  heldEntities(query: HeldQuery): Promise<EntityView[]>;
}

export const breakpointsMethods = [
  "setBreakpoint",
  "releaseBreakpoint",
  "breakpoints",
  "stepHeld",
  "heldEntities",
] as const satisfies readonly (keyof Breakpoints)[];
