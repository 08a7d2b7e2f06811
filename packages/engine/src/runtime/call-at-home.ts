/**
 * callAtHome: a call and its answer in one. Where the answer is kept beside the target, one command brings both; elsewhere, and for a repeat, the answer
 * is asked for as by anybody who comes later.
 */
import type { Called, CallMessage, Engine } from "../engine.ts";
import type { Door, Partition } from "../partition.ts";

interface CallAt {
  readonly message: CallMessage;
  readonly waitMs: number;
  readonly door: Door;
}

export async function callAtHome(engine: Pick<Engine, "answer">, home: Partition, { message, waitMs, door }: CallAt): Promise<Called> {
  if (waitMs > 0 && home.callAndWait !== undefined) {
    const { accepted, answer, isAwaited } = await home.callAndWait(message, door, waitMs);
    if (isAwaited) return { ...accepted, answer };
    return { ...accepted, answer: await engine.answer(accepted.messageId, { waitMs }) };
  }
  const accepted = await home.accept({ ...message, wantsAnswer: "one" }, door);
  return { ...accepted, answer: await engine.answer(accepted.messageId, { waitMs }) };
}
