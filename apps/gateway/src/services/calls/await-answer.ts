/**
 * awaitAnswer: waits for the answer of a call that was just accepted, and checks now and then whether its target is parked. If it is, no
 * answer will come until a person acts, so the caller is told why (CALL_PARKED). The call itself stays as it is.
 */
import { ofAccepted, type Address, type Engine, type EntityView, type TypedValue } from "@signalbox/runtime";
import { callParked } from "./call-parked.ts";

const firstLookMs = 250;
const lookMsMax = 5_000;

export interface AcceptedCall {
  readonly messageId: number;
  readonly target: Address;
}

interface Wait {
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

/** The first part of the wait, after which the target is checked for the first time. */
export function firstSliceMs(waitMs: number): number {
  return Math.min(firstLookMs, waitMs);
}

export async function awaitAnswer(
  engine: Pick<Engine, "answer" | "entity">,
  call: AcceptedCall,
  wait: Wait,
): Promise<TypedValue | undefined> {
  const answer = await ofAccepted(engine.answer(call.messageId, { waitMs: firstSliceMs(wait.waitMs) }));
  return answer ?? awaitLonger(engine, call, wait);
}

/** Waits on after the first part, in which no answer came. A wait that is refused ends without an answer, because the call goes on. */
export function awaitLonger(engine: Pick<Engine, "answer" | "entity">, call: AcceptedCall, wait: Wait): Promise<TypedValue | undefined> {
  return ofAccepted(inSlices(engine, call, wait));
}

async function inSlices(
  engine: Pick<Engine, "answer" | "entity">,
  call: AcceptedCall,
  { waitMs, signal }: Wait,
): Promise<TypedValue | undefined> {
  let sliceMs = firstSliceMs(waitMs);
  for (let leftMs = waitMs - sliceMs; ; leftMs -= sliceMs) {
    const entity = await engine.entity(call.target);
    if (entity?.status === "parked" && waitsIn(entity, call.messageId))
      throw callParked(call.target, entity.failure, `/v1/calls/${call.messageId}`);
    if (leftMs <= 0 || signal.aborted) return undefined;
    sliceMs = Math.min(sliceMs * 2, lookMsMax, leftMs);
    const answer = await engine.answer(call.messageId, { waitMs: sliceMs });
    if (answer !== undefined) return answer;
  }
}

/** Only the first messages of a long mailbox are known, so the message may also wait behind those. */
function waitsIn({ mailbox, mailboxDepth }: EntityView, messageId: number): boolean {
  return mailboxDepth > mailbox.length || mailbox.some(({ sequence }) => sequence === messageId);
}
