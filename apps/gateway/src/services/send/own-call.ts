/**
 * mustBeCallTo: whether a message is one to this entity, for whoever has a role in some namespaces: the answer of a call is kept under the number of its message, and a
 * number names no namespace. Neighbour: send-service.ts asks before it waits for an answer.
 * Guarantee: a call to another entity is answered as one that never was.
 */
import { EngineError, formatAddress, type Address, type Engine } from "@signalbox/runtime";
import type { AcceptedCall } from "../calls/await-answer.ts";

type Reads = Pick<Engine, "entity" | "trace" | "waitingOfTrace">;

/** A call begins its trace, so that its own record is among the first. */
const recordsMax = 20;
/** Rows of waiting messages that are looked through, where neither the entity nor the journal tells of it. */
const waitingRowsMax = 10_000;

export async function mustBeCallTo(engine: Reads, call: AcceptedCall): Promise<void> {
  if (await isCallTo(engine, call)) return;
  throw new EngineError(
    "UNKNOWN_CALL",
    `no call to ${formatAddress(call.target)} with the number ${call.messageId} is known`,
    "Ask with the messageId and the entity that the call was accepted with; of what the journal has no more, only who may send in all namespaces can ask.",
  );
}

async function isCallTo(engine: Reads, { messageId, target }: AcceptedCall): Promise<boolean> {
  const isIt = (message: { readonly sequence: number; readonly target: Address }): boolean =>
    message.sequence === messageId && message.target.type === target.type && message.target.id === target.id;
  const entity = await engine.entity(target);
  if (entity?.mailbox.some(({ sequence }) => sequence === messageId) === true) return true;
  const { records } = await engine.trace(messageId, { recordsMax });
  if (records.some(({ messages }) => messages.some(isIt))) return true;
  return (await engine.waitingOfTrace(messageId, { rowsMax: waitingRowsMax })).messages.some(isIt);
}
