/**
 * AfterInvocation: what an entity does once nothing of it is in flight: edits that waited, a wanted pause, its next batch, or rest.
 */
import { applyEdit } from "./operator-actions.ts";
import type { Moment } from "./failure/breaker.ts";
import { enqueue, queueType } from "./mailbox.ts";
import { noEdits, type Entity } from "./tables/entity.ts";
import { enterIdle } from "./scheduling/residency.ts";
import { pauseNow } from "./pause.ts";
import type { PartitionState } from "./partition-state.ts";

export function afterInvocation(state: PartitionState, entity: Entity, moment: Moment): void {
  if (entity.status === "in-flight") entity.move(entity.mailbox.depth > 0 ? "end-more" : "end-empty");
  if (entity.pendingEdits.length > 0) {
    const edits = entity.pendingEdits;
    entity.pendingEdits = noEdits;
    for (const edit of edits) applyEdit(state, entity, { edit, nowMs: moment.nowMs, actions: moment.actions });
  }
  if (entity.pauseWanted) {
    entity.pauseWanted = false;
    pauseNow(state, entity, moment.nowMs);
  } else if (entity.status === "ready") {
    enqueue(state, entity);
  } else if (entity.status === "idle") {
    enterIdle(state, entity);
  }
  queueType(state, entity.type);
}
