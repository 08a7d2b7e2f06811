/**
 * BreakpointTable: the breakpoints in force and who is held at them, and how much all of them together hold (G6). They live in memory only:
 * after a restart there are none. Neighbours: scheduling/breakpoints.ts (holds and lets go), mailbox.ts (counts what comes and goes
 * meanwhile).
 */
import type { EngineLimits } from "../../limits.ts";
import { breakpointCovers, type BreakpointSpec } from "@signalbox/runtime/model/breakpoint";
import { builtInTypes } from "@signalbox/runtime/model/built-in";
import type { MessageCondition } from "@signalbox/runtime/model/message-condition";
import type { Message } from "@signalbox/runtime/model/message";
import type { Breakpoint } from "./breakpoint.ts";
import type { Entity } from "./entity.ts";
import { MessageLooks } from "./message-looks.ts";

/** Why an entity may not be sent now. */
export interface Hold {
  readonly breakpoint: Breakpoint;
  /** Why the condition could not be evaluated on the first message; undefined if it could. */
  readonly unclear: string | undefined;
}

interface Holding {
  readonly breakpoint: Breakpoint;
  /** In the order in which they came. */
  readonly held: Set<Entity>;
}

/** What one mailbox holds: all its messages, and the bytes of those in memory. */
export interface HeldAmount {
  readonly messages: number;
  readonly bytes: number;
}

export class BreakpointTable {
  heldMessages = 0;
  heldBytes = 0;
  /** Some breakpoint became full since `takeFull`. */
  someFull = false;
  readonly looks = new MessageLooks();
  /** An alarm is set that continues with what one turn could not look at. */
  looksOn = false;
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

  /** Returns false when there are as many breakpoints as may be. */
  add(spec: BreakpointSpec, { condition, nowMs }: { condition: MessageCondition | undefined; nowMs: number }): boolean {
    if (this.byId.has(spec.id)) return true;
    if (this.byId.size >= this.limits.breakpointsMax) return false;
    const forMs = Math.min(spec.forMs, this.limits.breakpointMsMax);
    this.byId.set(spec.id, { breakpoint: { spec, condition, untilMs: nowMs + forMs, isFull: false }, held: new Set() });
    return true;
  }

  /** Returns the entities that it held; undefined when there is no such breakpoint. */
  remove(id: string): readonly Entity[] | undefined {
    const known = this.byId.get(id);
    this.byId.delete(id);
    return known && [...known.held];
  }

  /** The breakpoint that holds an entity with this first message; undefined if it may be sent. */
  holderOf(entity: Entity, head: Message): Hold | undefined {
    if (entity.isStepping) return undefined;
    for (const breakpoint of this.covering(entity)) {
      const look = breakpoint.condition === undefined ? undefined : this.looks.at(breakpoint.condition, head);
      if (look?.kind !== "differs") return { breakpoint, unclear: look?.kind === "unclear" ? look.why : undefined };
    }
    return undefined;
  }

  /**
   * How many of its first `count` messages may go in one batch: up to the next one that a condition holds. The first message was checked
   * before.
   */
  togetherOf(entity: Entity, count: number): number {
    const conditions = [...this.covering(entity)].flatMap(({ condition }) => condition ?? []);
    if (conditions.length === 0) return count;
    let together = 1;
    while (together < count && !this.looks.isSpent) {
      const message = entity.mailbox.at(together);
      if (message === undefined || conditions.some((condition) => this.looks.at(condition, message).kind !== "differs")) break;
      together++;
    }
    return Math.min(together, count);
  }

  private *covering(entity: Entity): Generator<Breakpoint> {
    if (builtInTypes.has(entity.type.name)) return;
    for (const { breakpoint } of this.byId.values())
      if (!breakpoint.isFull && breakpointCovers(breakpoint.spec, entity.address)) yield breakpoint;
  }

  enter(entity: Entity, { breakpoint, unclear }: Hold, amount: HeldAmount): void {
    entity.heldAt = breakpoint;
    entity.heldUnclear = unclear;
    this.byId.get(breakpoint.spec.id)?.held.add(entity);
    this.count(breakpoint, amount);
  }

  leave(entity: Entity, { messages, bytes }: HeldAmount): void {
    if (entity.heldAt !== undefined) this.byId.get(entity.heldAt.spec.id)?.held.delete(entity);
    entity.heldAt = undefined;
    entity.heldUnclear = undefined;
    this.heldMessages -= messages;
    this.heldBytes -= bytes;
  }

  /** Counts what came to the mailbox of an entity that the breakpoint holds, or (below 0) left it. */
  count(breakpoint: Breakpoint, { messages, bytes }: HeldAmount): void {
    this.heldMessages += messages;
    this.heldBytes += bytes;
    const { breakpointHeldMessagesMax, breakpointHeldBytesMax } = this.limits;
    if (this.heldMessages <= breakpointHeldMessagesMax && this.heldBytes <= breakpointHeldBytesMax) return;
    breakpoint.isFull = true;
    this.someFull = true;
  }

  /** The entities that full breakpoints still hold. */
  takeFull(): readonly Entity[] {
    this.someFull = false;
    return [...this.byId.values()].flatMap(({ breakpoint, held }) => (breakpoint.isFull ? [...held] : []));
  }

  /** The time of a breakpoint is a span, so it moves with a step of the wall clock. */
  clockStepped(byMs: number): void {
    for (const { breakpoint, held } of this.byId.values()) {
      breakpoint.untilMs += byMs;
      for (const entity of held) entity.heldSinceMs += byMs;
    }
  }
}
