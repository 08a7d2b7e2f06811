/**
 * Inbox: takes in what another partition has sent (outbox.ts): all of a delivery in one epoch, together with the last sequence received
 * from that partition, so each outbox entry counts once (G2). A delivery that comes after a gap is refused and sent again, so order is kept
 * (G5).
 */
import { entrySequence, type OutboxEntry, type OutboxDelivery } from "../../model/outbox-entry.ts";
import type { Command } from "../command.ts";
import { deliver, deliverCold } from "../mailbox.ts";
import { putEgress } from "../egress.ts";
import { coverageMark } from "../coverage-mark.ts";
import type { Actions } from "../action.ts";
import type { PartitionState } from "../partition-state.ts";
import { takerOf } from "../scheduling/memory-room.ts";
import { storeKey } from "../store/store-key.ts";

export function receiveDelivery(state: PartitionState, command: Extract<Command, { kind: "received" }>, actions: Actions): void {
  const { delivery, request } = command;
  const last = state.links.received.get(delivery.from) ?? 0;
  const refusal = refusalOf(state, delivery, last);
  if (refusal !== undefined) {
    actions.push({ kind: "refuse", request, refusal: { code: "OVERLOADED", ...refusal, retryAfterMs: undefined } });
    return;
  }
  state.sequences.advance(delivery.clock);
  let through = last;
  for (const entry of delivery.entries) {
    const sequence = entrySequence(entry);
    if (sequence <= last) {
      coverageMark("inbox-repeated");
      continue;
    }
    through = sequence;
    takeIn(state, entry);
  }
  if (through !== last) {
    state.links.received.set(delivery.from, through);
    state.epochs.writes.put(storeKey.received(delivery.from), { kind: "received", sequence: through }, 8);
  }
  state.epochs.acknowledgeWhenDurable(request, { kind: "received", through });
}

function refusalOf(state: PartitionState, delivery: OutboxDelivery, last: number): { message: string; cure: string } | undefined {
  if (delivery.previous > last) {
    coverageMark("inbox-refused-after-gap");
    return {
      message: `outbox entries after ${delivery.previous} came, the last received is ${last}`,
      cure: "They are sent again by themselves.",
    };
  }
  if (state.epochs.writes.bytes <= state.limits.epochBytesMax) return undefined;
  coverageMark("inbox-refused-by-bytes");
  return { message: `${state.epochs.writes.bytes} bytes are on their way to disk`, cure: "They are sent again by themselves." };
}

function takeIn(state: PartitionState, entry: OutboxEntry): void {
  const sequence = state.sequences.take();
  if (entry.kind === "egress") {
    putEgress(state, { ...entry.record, sequence });
    return;
  }
  const { message } = entry;
  const entity = takerOf(state, message.target);
  const type = entity?.type ?? state.entities.functionType(message.target.type);
  const target = entity?.address ?? message.target;
  const received = { ...message, sequence, origin: message.sequence, target, value: type.shared(message.value) };
  if (entity === undefined) deliverCold(state, received, type);
  else deliver(state, received, entity);
}
