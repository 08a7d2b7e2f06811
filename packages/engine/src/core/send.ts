/**
 * Send: gives a new message its sequence and its way: into the mailbox of its target (mailbox.ts), or to the partition where the target
 * lives (outbox.ts). For ingress, sends and fired timers alike.
 */
import type { Message } from "@signalbox/runtime/model/message";
import { deliver, deliverCold } from "./mailbox.ts";
import { addToOutbox } from "./cross-partition/outbox.ts";
import type { PartitionState } from "./partition-state.ts";
import { takerOf } from "./scheduling/memory-room.ts";

/** A message without a trace begins one. */
export type NewMessage = Omit<Message, "sequence" | "origin" | "trace"> & { readonly trace: number | undefined };

export function send(state: PartitionState, { target, value, trace, caller, atMs, headers }: NewMessage): Message {
  const sequence = state.sequences.take();
  const home = state.otherHome(target.id);
  if (home === undefined) {
    const entity = takerOf(state, target);
    const type = entity?.type ?? state.entities.functionType(target.type);
    const shared = type.shared(value);
    const at = entity?.address ?? target;
    const message: Message = { sequence, origin: 0, trace: trace ?? sequence, caller, target: at, value: shared, atMs, headers };
    if (entity === undefined) deliverCold(state, message, type);
    else deliver(state, message, entity);
    return message;
  }
  const shared = state.entities.functionType(target.type).shared(value);
  const message: Message = { sequence, origin: 0, trace: trace ?? sequence, caller, target, value: shared, atMs, headers };
  addToOutbox(state, home, { kind: "message", message });
  return message;
}
