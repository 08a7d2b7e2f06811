/**
 * AfterInvocation: what an entity does once nothing of it is in flight: edits that waited, a wanted pause, its next batch, or rest.
 */
import type { PartitionState } from "./partition-state.ts";
import { pauseNow } from "./pause.ts";
import { enqueue, queueType } from "./scheduling/ready-queue.ts";
import { enterIdle } from "./scheduling/residency.ts";
import { applyEdit } from "./state-values/edit-state.ts";
import type { StepContext } from "./step-context.ts";
import { noEdits, type Entity } from "./tables/entity.ts";

export function afterInvocation(state: PartitionState, entity: Entity, context: StepContext): void {
  if (entity.status === "in-flight") entity.move(entity.mailbox.depth > 0 ? "end-more" : "end-empty");
  if (entity.pendingEdits.length > 0) {
    const edits = entity.pendingEdits;
    entity.pendingEdits = noEdits;
    for (const edit of edits) applyEdit(state, entity, { edit, nowMs: context.nowMs, actions: context.actions });
  }
  if (entity.pauseWanted) {
    entity.pauseWanted = false;
    pauseNow(state, entity, context.nowMs);
  } else if (entity.status === "ready") {
    enqueue(state, entity);
  } else if (entity.status === "idle") {
    enterIdle(state, entity);
  }
  queueType(state, entity.type);
}
