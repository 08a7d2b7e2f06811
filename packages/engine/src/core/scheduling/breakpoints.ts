/**
 * Breakpoints: who is held before it is sent, because a person wants to look, and how it goes on: by a step (its first message alone), when the breakpoint
 * is released, its time is over, or it would hold too much. What is held stays in its mailbox, on disk and in order (G5); nothing of a breakpoint is
 * stored, so a restart releases all. Neighbours: dispatch.ts (asks), tables/breakpoint-table.ts (remembers), operator-actions.ts (step, edit, discard).
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

/** Its time may be over. */
export function breakpointDue(state: PartitionState, id: string, nowMs: number): void {
  const { breakpoints } = state;
  if ((breakpoints.find(id)?.untilMs ?? Number.POSITIVE_INFINITY) > nowMs) return;
  coverageMark("breakpoint-time-over");
  const removed = breakpoints.remove(id);
  if (removed !== undefined) letAllGo(state, removed, nowMs);
}

/** Instead of being sent. It keeps no values in memory, as who is paused keeps none (G6). */
export function holdAt(state: PartitionState, entity: Entity, { hold, nowMs }: { hold: Hold; nowMs: number }): void {
  coverageMark("breakpoint-holds");
  if (hold.breakpoint.condition !== undefined) coverageMark(hold.unclear === undefined ? "condition-holds" : "condition-unclear-holds");
  entity.move("hold");
  entity.unload();
  entity.heldSinceMs = nowMs;
  state.breakpoints.enter(entity, hold, amountOf(entity));
  letFullGo(state, nowMs);
}

/** Its first message is another one now, which a condition may let through: it gets its turn, and is held again if not. */
export function lookAgain(state: PartitionState, entity: Entity, nowMs: number): void {
  letGo(state, entity, nowMs);
}

/** The turn has looked at as much as it may: what is left goes on with the next one. */
export function lookOnLater({ breakpoints, alarms }: PartitionState, nowMs: number): void {
  coverageMark("looks-spent");
  if (breakpoints.looksOn) return;
  breakpoints.looksOn = true;
  alarms.add({ kind: "looks", dueMs: nowMs, order: alarms.takeOrder() });
}

/** What a breakpoint could not hold any more goes on. */
export function letFullGo(state: PartitionState, nowMs: number): void {
  if (!state.breakpoints.someFull) return;
  coverageMark("breakpoint-full");
  letAllGo(state, state.breakpoints.takeFull(), nowMs);
}

/** Its first message goes past breakpoints, alone. */
export function stepOne(state: PartitionState, entity: Entity, nowMs: number): void {
  coverageMark("breakpoint-stepped");
  entity.beginStep();
  entity.batchCount = 0;
  letGo(state, entity, nowMs);
}

/** Call before a held entity becomes anything else. How long it was held does not count in its call budget. */
export function leaveBreakpoint(state: PartitionState, entity: Entity, nowMs: number): void {
  if (entity.heldAt === undefined) return;
  state.breakpoints.leave(entity, amountOf(entity));
  entity.firstAttemptMs += Math.max(0, nowMs - entity.heldSinceMs);
}

/** Another breakpoint may hold who leaves this one, at its turn. */
function letAllGo(state: PartitionState, held: readonly Entity[], nowMs: number): void {
  for (const entity of held) letGo(state, entity, nowMs);
}

function letGo(state: PartitionState, entity: Entity, nowMs: number): void {
  leaveBreakpoint(state, entity, nowMs);
  entity.move("resume");
  // Of many that go on at once only so many come into the queue.
  if (!hasRoom(state, entity.type) && goCold(state, entity)) return;
  enqueue(state, entity);
}

function amountOf({ mailbox }: Entity): HeldAmount {
  const bytes = mailbox.first(mailbox.inMemory).reduce((sum, message) => sum + messageBytes(message), 0);
  return { messages: mailbox.depth, bytes };
}
