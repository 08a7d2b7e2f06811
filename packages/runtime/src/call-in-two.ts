/** callInTwo: implements Messages.call with accept() and answer(), for runtimes without a faster way. */
import type { Called, CallMessage, Messages } from "./messages.ts";
import { EngineError } from "./model/engine-error.ts";

export async function callInTwo(
  messages: Pick<Messages, "accept" | "answer">,
  message: CallMessage,
  { waitMs, ingress }: { readonly waitMs: number; readonly ingress: string },
): Promise<Called> {
  const accepted = await messages.accept({ ...message, wantsAnswer: "one" }, ingress);
  return { ...accepted, answer: await ofAccepted(messages.answer(accepted.messageId, { waitMs })) };
}

/**
 * The wait for the answer of a call that was accepted. A wait that is refused (the engine stops, too many wait) is no refusal of the call,
 * which is durable and goes on: its sender must get its number, and not be told to send again. Only a restore takes the call itself away.
 */
export async function ofAccepted<T>(wait: Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await wait;
  } catch (error) {
    if (error instanceof EngineError && error.code !== "ENGINE_RESTORING") return undefined;
    throw error;
  }
}
