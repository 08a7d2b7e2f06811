/**
 * Breakpoints: which entities are held before they are sent, because a person wants to look at them, and how they go on: by a step (only
 * the first message), when the breakpoint is released, when its time is over, or when it would hold too much. What is held stays in its
 * mailbox, on disk and in order (G5). Nothing of a breakpoint is stored, so a restart releases everything.
 * Neighbours: dispatch.ts (asks), tables/breakpoint-table.ts (remembers), operator-actions.ts (step, edit, discard).
 */
import type { Actions } from "../action.ts";
import type { Command } from "../command.ts";
import { coverageMark } from "../coverage-mark.ts";
import { messageBytes } from "../mailbox.ts";
import type { PartitionState } from "../partition-state.ts";
import type { Hold, HeldAmount } from "../tables/breakpoint-table.ts";
import type { Entity } from "../tables/entity.ts";
import { goCold } from "./cold-types.ts";
import { hasRoom } from "./memory-room.ts";
import { enqueue } from "./ready-queue.ts";

export function setBreakpoint(state: PartitionState, command: Extract<Command, { kind: "set-breakpoint" }>, actions: Actions): void {
  const { breakpoints, alarms, epochs } = state;
  const { spec, condition, nowMs, request } = command;
  if (!breakpoints.add(spec, { condition, nowMs })) {
    const message = `${state.limits.breakpointsMax} breakpoints are set already`;
    const cure = "Release one, or wait until the time of one is over; then set this one.";
    actions.push({ kind: "refuse", request, refusal: { code: "TOO_MANY_BREAKPOINTS", message, cure, retryAfterMs: undefined } });
    return;
  }
  coverageMark("breakpoint-set");
  const dueMs = breakpoints.find(spec.id)?.untilMs ?? nowMs;
  alarms.add({ kind: "breakpoint", dueMs, order: alarms.takeOrder(), id: spec.id });
  epochs.acknowledgeWhenDurable(request, { kind: "changed", changed: 0 });
}

export function releaseBreakpoint(state: PartitionState, { id, nowMs, request }: Extract<Command, { kind: "release-breakpoint" }>): void {
  const { breakpoints, alarms, epochs } = state;
  const removed = breakpoints.remove(id);
  const changed = removed?.length ?? 0;
  if (removed !== undefined) {
    coverageMark("breakpoint-released");
    alarms.keep((alarm) => alarm.kind !== "breakpoint" || alarm.id !== id);
    letAllGo(state, removed, nowMs);
  }
  epochs.acknowledgeWhenDurable(request, { kind: "changed", changed });
}

/** Called by an alarm: removes the breakpoint if its time is over. */
export function breakpointDue(state: PartitionState, id: string, nowMs: number): void {
  const { breakpoints } = state;
  if ((breakpoints.find(id)?.untilMs ?? Number.POSITIVE_INFINITY) > nowMs) return;
  coverageMark("breakpoint-time-over");
  const removed = breakpoints.remove(id);
  if (removed !== undefined) letAllGo(state, removed, nowMs);
}

/** Holds the entity instead of sending it. Like a paused one it keeps no values in memory (G6). */
export function holdAt(state: PartitionState, entity: Entity, { hold, nowMs }: { hold: Hold; nowMs: number }): void {
  coverageMark("breakpoint-holds");
  if (hold.breakpoint.condition !== undefined) coverageMark(hold.unclear === undefined ? "condition-holds" : "condition-unclear-holds");
  entity.move("hold");
  entity.unload();
  entity.heldSinceMs = nowMs;
  state.breakpoints.enter(entity, hold, amountOf(entity));
  letFullGo(state, nowMs);
}

/**
 * The entity has another first message now, which the condition may let through. It gets a turn, and is held again if the condition does
 * not.
 */
export function lookAgain(state: PartitionState, entity: Entity, nowMs: number): void {
  letGo(state, entity, nowMs);
}

/** This turn has spent its looks; the next one continues with what is left. */
export function lookOnLater({ breakpoints, alarms }: PartitionState, nowMs: number): void {
  coverageMark("looks-spent");
  if (breakpoints.looksOn) return;
  breakpoints.looksOn = true;
  alarms.add({ kind: "looks", dueMs: nowMs, order: alarms.takeOrder() });
}

/** Lets go what full breakpoints hold. */
export function letFullGo(state: PartitionState, nowMs: number): void {
  if (!state.breakpoints.someFull) return;
  coverageMark("breakpoint-full");
  letAllGo(state, state.breakpoints.takeFull(), nowMs);
}

/** Lets the entity's first message, and no other, past all breakpoints. */
export function stepOne(state: PartitionState, entity: Entity, nowMs: number): void {
  coverageMark("breakpoint-stepped");
  entity.beginStep();
  entity.batchCount = 0;
  letGo(state, entity, nowMs);
}

/** Must be called before a held entity changes its status. The time that it was held does not count in its call budget. */
export function leaveBreakpoint(state: PartitionState, entity: Entity, nowMs: number): void {
  if (entity.heldAt === undefined) return;
  state.breakpoints.leave(entity, amountOf(entity));
  entity.firstAttemptMs += Math.max(0, nowMs - entity.heldSinceMs);
}

/** Another breakpoint may hold an entity that leaves this one, when its turn comes. */
function letAllGo(state: PartitionState, held: readonly Entity[], nowMs: number): void {
  for (const entity of held) letGo(state, entity, nowMs);
}

function letGo(state: PartitionState, entity: Entity, nowMs: number): void {
  leaveBreakpoint(state, entity, nowMs);
  entity.move("resume");
  // When many go on at once, only those for which there is room come into the queue; the rest wait on disk.
  if (!hasRoom(state, entity.type) && goCold(state, entity)) return;
  enqueue(state, entity);
}

function amountOf({ mailbox }: Entity): HeldAmount {
  const bytes = mailbox.first(mailbox.inMemory).reduce((sum, message) => sum + messageBytes(message), 0);
  return { messages: mailbox.depth, bytes };
}
