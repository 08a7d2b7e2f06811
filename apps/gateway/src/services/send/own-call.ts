/**
 * mustBeCallTo: whether a message is a call to this entity, for callers who have a role in some namespaces only. The answer of a call is
 * kept under the number of its message, and a number names no namespace. RecentCalls knows the last calls, which is all there is when the
 * runtime has neither mailboxes nor a journal (Flink). Neighbour: send-service.ts asks before it waits for an answer. Guarantee: a call to
 * another entity is treated as one that does not exist.
 */
import { CapabilityMissing, EngineError, formatAddress, type Address, type Engine } from "@signalbox/runtime";
import type { AcceptedCall } from "../calls/await-answer.ts";

type Reads = Pick<Engine, "entity" | "trace" | "waitingOfTrace">;

/** A call begins its trace, so its own record is among the first ones. */
const recordsMax = 20;
/** How many rows of waiting messages are searched when neither the entity nor the journal knows the message. */
const waitingRowsMax = 10_000;

const callsRememberedMax = 10_000;

/** The targets of the last calls since the start. */
export class RecentCalls {
  readonly #targets = new Map<number, Address>();

  add({ messageId, target }: AcceptedCall): void {
    // A repeated call has the number of the first one, and keeps its place.
    if (!this.#targets.has(messageId)) this.#targets.set(messageId, target);
    const [oldest] = this.#targets.keys();
    if (this.#targets.size > callsRememberedMax && oldest !== undefined) this.#targets.delete(oldest);
  }

  has({ messageId, target }: AcceptedCall): boolean {
    const found = this.#targets.get(messageId);
    return found?.type === target.type && found.id === target.id;
  }
}

export async function mustBeCallTo(engine: Reads, recent: RecentCalls, call: AcceptedCall): Promise<void> {
  if (recent.has(call) || (await isCallTo(engine, call))) return;
  throw new EngineError(
    "UNKNOWN_CALL",
    `no call to ${formatAddress(call.target)} with the number ${call.messageId} is known`,
    "Ask with the messageId and the entity that the call was accepted with, or send the call again under its idempotency key, which counts once; of what the journal has no more, only who may send in all namespaces can ask.",
  );
}

async function isCallTo(engine: Reads, { messageId, target }: AcceptedCall): Promise<boolean> {
  const isIt = (message: { readonly sequence: number; readonly target: Address }): boolean =>
    message.sequence === messageId && message.target.type === target.type && message.target.id === target.id;
  const entity = await engine.entity(target);
  if (entity?.mailbox.some(({ sequence }) => sequence === messageId) === true) return true;
  try {
    const { records } = await engine.trace(messageId, { recordsMax });
    if (records.some(({ messages }) => messages.some(isIt))) return true;
    return (await engine.waitingOfTrace(messageId, { rowsMax: waitingRowsMax })).messages.some(isIt);
  } catch (error) {
    if (error instanceof CapabilityMissing) return false;
    throw error;
  }
}
