/** Pause: the entity waits for a person and keeps its mailbox. A row on disk keeps it paused over a restart. */
import { coverageMark } from "./coverage-mark.ts";
import type { PartitionState } from "./partition-state.ts";
import { leaveBreakpoint } from "./scheduling/breakpoints.ts";
import { uncountReady } from "./scheduling/residency.ts";
import { putStatusRow, removeStatusRow } from "./status-row.ts";
import type { Entity } from "./tables/entity.ts";

export function pauseNow(state: PartitionState, entity: Entity, nowMs: number): void {
  leaveBreakpoint(state, entity, nowMs);
  entity.endStep();
  entity.move("pause");
  entity.sinceMs = nowMs;
  state.entities.troubled.add(entity);
  writePaused(state, entity, nowMs);
  // The entity may still stand in the queue of its type. An entity that waits for a person keeps no values in memory (G6).
  uncountReady(state, entity);
  entity.unload();
}

/** While an invocation is in flight the pause is written before it is in force, so that a confirmed pause survives a crash. */
export function pauseAfterInvocation(state: PartitionState, entity: Entity, nowMs: number): void {
  coverageMark("pause-waits-for-end");
  entity.pauseWanted = true;
  writePaused(state, entity, nowMs);
}

export function unpauseBeforeEnd(state: PartitionState, entity: Entity): void {
  coverageMark("pause-withdrawn");
  entity.pauseWanted = false;
  removeStatusRow(state, entity);
}

function writePaused(state: PartitionState, entity: Entity, nowMs: number): void {
  putStatusRow(state, entity, { status: "paused", failure: entity.failure, attempts: entity.failures, sinceMs: nowMs });
}
