/**
 * BreakpointTable: the breakpoints in force and who is held at them, with what all of them together hold (G6). Memory alone: a new life has none.
 * Neighbours: scheduling/breakpoints.ts (holds and lets go), mailbox.ts (counts what comes and goes meanwhile).
 */
import type { EngineLimits } from "../../limits.ts";
import { breakpointCovers, type BreakpointSpec } from "../../model/breakpoint.ts";
import { builtInTypes } from "../../model/built-in.ts";
import type { Breakpoint } from "./breakpoint.ts";
import type { Entity } from "./entity.ts";

interface Holding {
  readonly breakpoint: Breakpoint;
  /** In the order in which they came. */
  readonly held: Set<Entity>;
}

/** Of one mailbox: all its messages, and the bytes of those in memory. */
export interface HeldAmount {
  readonly messages: number;
  readonly bytes: number;
}

export class BreakpointTable {
  heldMessages = 0;
  heldBytes = 0;
  /** Some breakpoint became full since `takeFull`. */
  someFull = false;
  private readonly byId = new Map<string, Holding>();
  private readonly limits: EngineLimits;

  constructor(limits: EngineLimits) {
    this.limits = limits;
  }

  get isEmpty(): boolean {
    return this.byId.size === 0;
  }

  get all(): Iterable<Holding> {
    return this.byId.values();
  }

  find(id: string): Breakpoint | undefined {
    return this.byId.get(id)?.breakpoint;
  }

  /** False: there are as many as there may be. */
  add(spec: BreakpointSpec, nowMs: number): boolean {
    if (this.byId.has(spec.id)) return true;
    if (this.byId.size >= this.limits.breakpointsMax) return false;
    const forMs = Math.min(spec.forMs, this.limits.breakpointMsMax);
    this.byId.set(spec.id, { breakpoint: { spec, untilMs: nowMs + forMs, isFull: false }, held: new Set() });
    return true;
  }

  /** Whom it held; undefined: there is no such breakpoint. */
  remove(id: string): readonly Entity[] | undefined {
    const known = this.byId.get(id);
    this.byId.delete(id);
    return known && [...known.held];
  }

  /** The one that holds the entity, if it may not be sent now. */
  holderOf(entity: Entity): Breakpoint | undefined {
    if (entity.isStepping || builtInTypes.has(entity.type.name)) return undefined;
    for (const { breakpoint } of this.byId.values())
      if (!breakpoint.isFull && breakpointCovers(breakpoint.spec, entity.address)) return breakpoint;
    return undefined;
  }

  enter(entity: Entity, breakpoint: Breakpoint, amount: HeldAmount): void {
    entity.heldAt = breakpoint;
    this.byId.get(breakpoint.spec.id)?.held.add(entity);
    this.count(breakpoint, amount);
  }

  leave(entity: Entity, { messages, bytes }: HeldAmount): void {
    if (entity.heldAt !== undefined) this.byId.get(entity.heldAt.spec.id)?.held.delete(entity);
    entity.heldAt = undefined;
    this.heldMessages -= messages;
    this.heldBytes -= bytes;
  }

  /** So much came to the mailbox of one that it holds, or (below 0) left it. */
  count(breakpoint: Breakpoint, { messages, bytes }: HeldAmount): void {
    this.heldMessages += messages;
    this.heldBytes += bytes;
    const { breakpointHeldMessagesMax, breakpointHeldBytesMax } = this.limits;
    if (this.heldMessages <= breakpointHeldMessagesMax && this.heldBytes <= breakpointHeldBytesMax) return;
    breakpoint.isFull = true;
    this.someFull = true;
  }

  /** Whom those that are full still hold. */
  takeFull(): readonly Entity[] {
    this.someFull = false;
    return [...this.byId.values()].flatMap(({ breakpoint, held }) => (breakpoint.isFull ? [...held] : []));
  }

  /** Their time is a span, not a moment of the wall clock. */
  clockStepped(byMs: number): void {
    for (const { breakpoint, held } of this.byId.values()) {
      breakpoint.untilMs += byMs;
      for (const entity of held) entity.heldSinceMs += byMs;
    }
  }
}
