/**
 * AfterInvocation: what an entity does once its invocation has ended. invocation.ts says how its attempt ended and, if it failed,
 * failure/failed-attempt.ts whose fault that was; this file alone decides what follows: its next batch, rest, the same batch again, a wait,
 * a place behind the others, or a person. Edits and a pause that waited for the end come before the next batch. Neighbour: loading.ts,
 * whose end is the same.
 */
import type { Failure } from "@signalbox/runtime/model/failure";
import { assertNever } from "../model/invariant.ts";
import type { Actions } from "./action.ts";
import { coverageMark } from "./coverage-mark.ts";
import { writeParked } from "./journal/journal.ts";
import type { PartitionState } from "./partition-state.ts";
import { pauseNow } from "./pause.ts";
import { canGoCold, goCold } from "./scheduling/cold-types.ts";
import { isOverfull } from "./scheduling/memory-room.ts";
import { enqueue, enqueueFirst, queueType } from "./scheduling/ready-queue.ts";
import { enterIdle } from "./scheduling/residency.ts";
import { applyEdit } from "./state-values/edit-state.ts";
import { putStatusRow } from "./status-row.ts";
import { noEdits, type Entity } from "./tables/entity.ts";

/** `again`: the same batch at once, with the states that are known now. */
export type AfterAttempt = { readonly kind: "answered" } | { readonly kind: "again" } | AfterFailure;

/** `behind`: it was not this entity's fault, it keeps its attempts. */
export type AfterFailure =
  | { readonly kind: "behind"; readonly failure: Failure }
  | { readonly kind: "later"; readonly failure: Failure; readonly waitMs: number }
  | { readonly kind: "parked"; readonly failure: Failure };

interface At {
  readonly nowMs: number;
  readonly actions: Actions;
}

export function afterInvocation(state: PartitionState, entity: Entity, { next, ...at }: At & { readonly next: AfterAttempt }): void {
  leaveFlight(state, entity, { next, ...at });
  if (next.kind === "again" && !entity.pauseWanted && entity.pendingEdits.length === 0) return enqueueFirst(state, entity);
  // Entities of its type that wait on disk would otherwise wait for the whole outage behind the few that are in memory.
  if (next.kind === "behind" && entity.type.coldRows > 0 && goCold(state, entity)) return queueType(state, entity.type);
  nextTurn(state, entity, at);
}

/** Edits and a pause that waited for the end of the invocation come first; then the entity is queued, or rests. */
export function nextTurn(state: PartitionState, entity: Entity, at: At): void {
  const edits = entity.pendingEdits;
  entity.pendingEdits = noEdits;
  for (const edit of edits) applyEdit(state, entity, { edit, nowMs: at.nowMs, actions: at.actions });
  if (entity.pauseWanted) {
    entity.pauseWanted = false;
    pauseNow(state, entity, at.nowMs);
  } else if (entity.status === "ready") {
    // Memory always has room for a suspect or for a step at a breakpoint. The entity is neither any more, so it may have to leave.
    if (!isOverfull(state) || !goCold(state, entity)) enqueue(state, entity);
  } else if (entity.status === "idle") {
    enterIdle(state, entity);
  }
  queueType(state, entity.type);
}

function leaveFlight(state: PartitionState, entity: Entity, { next, ...at }: At & { readonly next: AfterAttempt }): void {
  switch (next.kind) {
    case "answered":
      countAnswer(state, entity);
      return entity.move(entity.mailbox.depth > 0 ? "end-more" : "end-empty");
    case "again":
      return entity.move("release");
    case "behind":
      coverageMark("attempt-blamed-on-endpoint");
      fails(entity, next.failure, at.nowMs);
      return entity.move("release");
    case "later":
      fails(entity, next.failure, at.nowMs);
      if (waitsOnDisk(state, entity)) return entity.move("release");
      return backOff(state, entity, at.nowMs + next.waitMs);
    case "parked":
      return park(state, entity, { failure: next.failure, ...at });
    default:
      return assertNever(next);
  }
}

/**
 * A suspect always has room in memory; one that is cleared may have to leave (simulation seed 5042). It then runs when there is room, and
 * not after a backoff. An entity with spent attempts stays, because only memory knows how many they are (`keepAttempts`).
 */
function waitsOnDisk(state: PartitionState, entity: Entity): boolean {
  return entity.failures === 0 && isOverfull(state) && canGoCold(state, entity);
}

/** Keeps the time of the first failure, whatever the last one is. */
function fails(entity: Entity, failure: Failure, nowMs: number): void {
  if (entity.failure === undefined) entity.sinceMs = nowMs;
  entity.failure = failure;
}

/** An answer makes the entity's earlier failures count no more. */
function countAnswer(state: PartitionState, entity: Entity): void {
  if (entity.singlesLeft > 0) entity.singlesLeft = Math.max(0, entity.singlesLeft - entity.batchCount);
  entity.batchCount = 0;
  entity.endStep();
  entity.type.answers++;
  if (entity.failures === 0 && entity.failure === undefined) return;
  const { deaths } = entity;
  entity.forgetFailures();
  // The process died with a whole batch: the messages of it that are not answered yet are still suspected.
  if (entity.singlesLeft > 0) entity.deaths = deaths;
  state.entities.troubled.delete(entity);
}

function backOff(state: PartitionState, entity: Entity, dueMs: number): void {
  entity.move("back-off");
  entity.retryAtMs = dueMs;
  state.entities.troubled.add(entity);
  state.alarms.add({ kind: "retry", dueMs, order: state.alarms.takeOrder(), entity });
}

export function retryDue(state: PartitionState, entity: Entity, dueMs: number): void {
  if (entity.status !== "backing-off" || entity.retryAtMs !== dueMs) return;
  entity.move("due");
  enqueue(state, entity);
}

function park(state: PartitionState, entity: Entity, { failure, nowMs, actions }: { failure: Failure } & At): void {
  coverageMark("entity-parked");
  entity.failure = failure;
  entity.move("park");
  entity.endStep();
  // An edit that waits for the end of the attempt needs the loaded values.
  if (entity.pendingEdits.length === 0) entity.unload();
  entity.sinceMs = nowMs;
  state.entities.troubled.add(entity);
  putStatusRow(state, entity, { status: "parked", failure, attempts: entity.failures, sinceMs: nowMs });
  writeParked(state, entity, { failure, nowMs, actions });
}
