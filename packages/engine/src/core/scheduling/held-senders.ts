/**
 * HeldSenders: back-pressure on functions. A type most of whose messages went to disk only, because the type that it sends to is cold, has a
 * quarter of its endpoint's credits until that type is warm again. Never none: who fills a queue may be the one that empties it, and one in flight
 * always leads on. Neighbours: apply-effects.ts (what was sent), ready-queue.ts (asks), cold-types.ts (what is cold).
 */
import { coverageMark } from "../coverage-mark.ts";
import type { PartitionState } from "../partition-state.ts";
import type { FunctionTypeState } from "../tables/function-type-state.ts";

/** So many messages back it is remembered where they went, half of them half as much. */
const rememberedMax = 64;

/** A reply of the type sent so many messages; `coldBefore`: what had gone to disk only before it. */
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

/** Must wait for one of its own invocations to end, which queues it again. */
export function mustSenderWait(type: FunctionTypeState): boolean {
  const { endpoint } = type;
  if (type.heldBackBy() === undefined || endpoint?.breaker !== "closed") return false;
  if (type.inFlight + type.loading < type.heldCredits(endpoint.limit)) return false;
  coverageMark("sender-held-back");
  return true;
}
