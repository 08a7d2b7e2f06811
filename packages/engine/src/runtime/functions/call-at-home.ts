/**
 * callAtHome: sends a call and waits for its answer. Where the answer is kept in the target's partition, one command does both. Otherwise,
 * and for a repeated call, the answer is asked for afterwards, as by any later request.
 */
import { ofAccepted } from "@signalbox/runtime";
import type { Called, CallMessage, Engine } from "../../engine.ts";
import type { Door, Partition } from "../../partition.ts";

interface CallAt {
  readonly message: CallMessage;
  readonly waitMs: number;
  readonly door: Door;
}

export async function callAtHome(engine: Pick<Engine, "answer">, home: Partition, { message, waitMs, door }: CallAt): Promise<Called> {
  if (waitMs > 0 && home.callAndWait !== undefined) {
    const { accepted, answer, isAwaited } = await home.callAndWait(message, door, waitMs);
    if (isAwaited) return { ...accepted, answer };
    return { ...accepted, answer: await ofAccepted(engine.answer(accepted.messageId, { waitMs })) };
  }
  const accepted = await home.accept({ ...message, wantsAnswer: "one" }, door);
  return { ...accepted, answer: await ofAccepted(engine.answer(accepted.messageId, { waitMs })) };
}
