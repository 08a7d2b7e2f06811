/**
 * CallKinds: whether a message is a call, and how many answers it wants. Who asks for the wrong kind of answer would otherwise wait for
 * something that never comes, so they are told at once where the right one is. Neighbours: known-call.ts refuses numbers that no message
 * has; calls-service.ts asks before it waits. Guarantee: a refusal is certain; what neither the last calls, nor a kept answer, the journal
 * or a bounded look at the mailboxes tells is waited for.
 */
import {
  callStreamAddress,
  callStreamState,
  callStreamType,
  callType,
  EngineError,
  type AnswerWish,
  type Engine,
} from "@signalbox/runtime";
import { GatewayError } from "../../contract/problem.ts";

export type CallReads = Pick<Engine, "answer" | "entity" | "trace" | "waitingOfTrace" | "ownerOf">;
/** none: a message whose sender wants no answer. */
type CallKind = AnswerWish | "none";

const callsRememberedMax = 10_000;
/** A call begins its trace, so its own record is among the first ones. */
const recordsMax = 20;
/** How many rows of waiting messages are searched when the journal does not know the message. */
const waitingRowsMax = 10_000;

export class CallKinds {
  readonly #kinds = new Map<number, CallKind>();

  add(messageId: number, kind: CallKind): void {
    if (this.#kinds.has(messageId)) return;
    this.#kinds.set(messageId, kind);
    const [oldest] = this.#kinds.keys();
    if (this.#kinds.size > callsRememberedMax && oldest !== undefined) this.#kinds.delete(oldest);
  }

  /** To be asked while there is no such answer. Rejects with UNKNOWN_CALL when the message is known to be no call of this kind. */
  async mustBe(engine: CallReads, messageId: number, wish: AnswerWish): Promise<void> {
    const kind = this.#kinds.get(messageId) ?? (await kindOf(engine, messageId, wish));
    if (kind === undefined) return;
    this.add(messageId, kind);
    if (kind !== wish) throw otherKind(messageId, kind);
  }
}

/** Rejects when the answers are over and none has this number. */
export async function mustReach(engine: Pick<Engine, "entity">, { messageId, from }: { messageId: number; from: number }): Promise<void> {
  const stream = await orUndefined(() => engine.entity(callStreamAddress(messageId)));
  const counted = stream?.state.find(({ name }) => name === callStreamState)?.value;
  // The engine writes a dot behind the number once no further answer is taken.
  const count = /^(\d+)\.$/.exec(new TextDecoder().decode(counted?.bytes ?? new Uint8Array(0)))?.[1];
  if (count === undefined || from < Number(count)) return;
  const end = Number(count) - 1;
  throw new GatewayError("INVALID_REQUEST", {
    detail: `call ${messageId} has no answer with the number ${from}: its answers are over, and number ${end} is their end`,
    where: "from",
    cure: `Ask from a number up to ${end}.`,
  });
}

async function kindOf(engine: CallReads, messageId: number, wish: AnswerWish): Promise<CallKind | undefined> {
  const other = wish === "one" ? "many" : "one";
  const ofOther = other === "many" ? { index: 0 } : {};
  if ((await orUndefined(() => engine.answer(messageId, { waitMs: 0, ...ofOther }))) !== undefined) return other;
  if ((await orUndefined(() => engine.entity(callStreamAddress(messageId)))) !== undefined) return "many";
  const { records } = (await orUndefined(() => engine.trace(messageId, { recordsMax }))) ?? { records: [] };
  const consumed = records.flatMap(({ messages }) => messages).find(({ sequence }) => sequence === messageId);
  if (consumed !== undefined) return kindOfCaller(consumed.caller?.type);
  const waiting = await orUndefined(() => engine.waitingOfTrace(messageId, { rowsMax: waitingRowsMax }));
  const message = waiting?.messages.find(({ sequence }) => sequence === messageId);
  if (message !== undefined) return kindOfCaller(message.caller?.type);
  const owner = await orUndefined(() => engine.ownerOf(messageId));
  return owner === undefined || owner.trace === messageId ? undefined : "none";
}

function kindOfCaller(caller: string | undefined): CallKind {
  if (caller === callType) return "one";
  return caller === callStreamType ? "many" : "none";
}

function otherKind(messageId: number, kind: CallKind): EngineError {
  switch (kind) {
    case "one":
      return unknown(`call ${messageId} wants one answer, not many`, `Ask for it at /v1/calls/${messageId} (over gRPC: Answer).`);
    case "many":
      return unknown(
        `call ${messageId} wants many answers, not one`,
        `Ask for them at /v1/calls/${messageId}/answers (over gRPC: Answers).`,
      );
    case "none":
      return unknown(`${messageId} is the number of no call`, "Ask with the messageId that the call was accepted with.");
  }
}

function unknown(message: string, cure: string): EngineError {
  return new EngineError("UNKNOWN_CALL", message, cure);
}

/** A runtime that cannot tell, or has no room for the question, refuses nothing here. */
async function orUndefined<T>(asked: () => Promise<T>): Promise<T | undefined> {
  try {
    return await asked();
  } catch (error) {
    if (error instanceof EngineError) return undefined;
    throw error;
  }
}
