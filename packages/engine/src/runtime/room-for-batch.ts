/**
 * RoomForBatch: whether there is room for a producer's batch whose messages go to several partitions; asked before the batch is admitted as
 * a whole.
 */
import { EngineError } from "@signalbox/runtime/model/engine-error";
import { homeOf } from "../model/partition-place.ts";
import type { ProducerBatch } from "../engine.ts";
import type { Partition } from "../partition.ts";

export const overloadRetryAfterMs = 1_000;

export function requireRoom(partitions: readonly Partition[], { messages }: ProducerBatch): void {
  const full = partitions.map((partition) => partition.fullTypes());
  if (full.every((types) => types.length === 0)) return;
  for (const { message } of messages) {
    const { type, id } = message.target;
    if (full[homeOf(id, full.length)]?.includes(type) === true) {
      const cure = "Send again later; the functions are slower than the senders.";
      throw new EngineError("OVERLOADED", `too many messages for ${type} wait already`, cure, overloadRetryAfterMs);
    }
  }
}
