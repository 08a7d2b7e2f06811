/**
 * HeldSenders: back-pressure on functions. When most messages that a type sends go to disk only, because their target's type is cold, the
 * sender gets a quarter of its endpoint's credits until that type is warm again. It always keeps one credit, because the type that fills a
 * queue may be the one that empties it. Neighbours: apply-effects.ts (what was sent), ready-queue.ts (asks), cold-types.ts (what is cold).
 */
import { coverageMark } from "../coverage-mark.ts";
import type { PartitionState } from "../partition-state.ts";
import type { FunctionTypeState } from "../tables/function-type-state.ts";

/** After so many messages both counts are halved, so that recent messages weigh more. */
const rememberedMax = 64;

/** Counts the messages of one reply. `coldBefore`: how many messages had gone to disk only before it. */
export function noteSent(state: PartitionState, type: FunctionTypeState, sent: { messages: number; coldBefore: number }): void {
  const { cold } = state;
  const { sending } = type;
  const toDisk = cold.delivered - sent.coldBefore;
  sending.messages += sent.messages;
  sending.toDisk += toDisk;
  if (toDisk > 0) sending.last = cold.lastDelivered;
  sending.isToDisk = 2 * sending.toDisk > sending.messages;
  if (sending.messages < rememberedMax) return;
  sending.messages /= 2;
  sending.toDisk /= 2;
}

/** Whether the type must wait until one of its own invocations ends, which queues it again. */
export function mustSenderWait(type: FunctionTypeState): boolean {
  const { endpoint } = type;
  if (type.heldBackBy() === undefined || endpoint?.breaker !== "closed") return false;
  if (type.inFlight + type.loading < type.heldCredits(endpoint.limit)) return false;
  coverageMark("sender-held-back");
  return true;
}
