/** callInTwo: implements Messages.call with accept() and answer(), for runtimes without a faster way. */
import type { Called, CallMessage, Messages } from "./messages.ts";

export async function callInTwo(
  messages: Pick<Messages, "accept" | "answer">,
  message: CallMessage,
  { waitMs, ingress }: { readonly waitMs: number; readonly ingress: string },
): Promise<Called> {
  const accepted = await messages.accept({ ...message, wantsAnswer: "one" }, ingress);
  return { ...accepted, answer: await messages.answer(accepted.messageId, { waitMs }) };
}
