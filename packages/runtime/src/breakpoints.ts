/**
 * Breakpoints: messages held before their function gets them, for a person who looks. What is held stays in its mailbox, in order; an edit and a discard
 * of the first message are acts of entities.ts. Guarantees: G5 (order is kept), G6 (so many breakpoints, so much held), G7 (each ends by itself).
 */
import type { Address } from "./model/address.ts";
import type { BreakpointSpec, BreakpointView } from "./model/breakpoint.ts";
import type { HeldQuery } from "./model/queries.ts";
import type { EntityView } from "./model/views.ts";

export interface Breakpoints {
  /**
   * Holds from then on; what is in flight ends. `basis`: what its condition is compiled with (message-condition.ts).
   * Rejects TOO_MANY_BREAKPOINTS, and CAPABILITY_MISSING where nothing compiles conditions.
   */
  setBreakpoint(spec: BreakpointSpec, basis?: unknown): Promise<void>;
  /** Lets go what it holds; with how many entities. One that is not there holds none. */
  releaseBreakpoint(id: string): Promise<{ readonly released: number }>;
  breakpoints(): BreakpointView[];
  /** Lets exactly the first message of a held entity through, with all its attempts. Rejects UNKNOWN_ENTITY, ENTITY_NOT_HELD. */
  stepHeld(address: Address): Promise<void>;
  /** Who is held, in the order in which they came. */
  heldEntities(query: HeldQuery): Promise<EntityView[]>;
}

export const breakpointsMethods = [
  "setBreakpoint",
  "releaseBreakpoint",
  "breakpoints",
  "stepHeld",
  "heldEntities",
] as const satisfies readonly (keyof Breakpoints)[];
