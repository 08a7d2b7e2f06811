/**
 * awaitAnswer: waits for the answer of a call that was just accepted, and looks now and then whether its target is parked: then no answer will
 * come until a person acts, and the caller hears why (CALL_PARKED). The call itself stays as it is.
 */
import type { Address, Engine, EntityView, TypedValue } from "@signalbox/runtime";
import { callParked } from "./call-parked.ts";

const firstLookMs = 250;
const lookMsMax = 5_000;

export interface AcceptedCall {
  readonly messageId: number;
  readonly target: Address;
}

export async function awaitAnswer(
  engine: Pick<Engine, "answer" | "entity">,
  call: AcceptedCall,
  { waitMs, signal }: { readonly waitMs: number; readonly signal: AbortSignal },
): Promise<TypedValue | undefined> {
  let leftMs = waitMs;
  for (let sliceMs = Math.min(firstLookMs, leftMs); ; sliceMs = Math.min(sliceMs * 2, lookMsMax, leftMs)) {
    const answer = await engine.answer(call.messageId, { waitMs: sliceMs });
    if (answer !== undefined) return answer;
    leftMs -= sliceMs;
    const entity = await engine.entity(call.target);
    if (entity?.status === "parked" && waitsIn(entity, call.messageId))
      throw callParked(call.target, entity.failure, `/v1/calls/${call.messageId}`);
    if (leftMs <= 0 || signal.aborted) return undefined;
  }
}

/** Only the first messages of a long mailbox are known; behind them it waits as well. */
function waitsIn({ mailbox, mailboxDepth }: EntityView, messageId: number): boolean {
  return mailboxDepth > mailbox.length || mailbox.some(({ sequence }) => sequence === messageId);
}
