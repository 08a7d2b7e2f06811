/** send: one message or many with a counter, and the messages a person keeps to send again. Answers once durable (G3). */
import { z } from "zod";
import { problemOf } from "../../contract/problem-of.ts";
import type { Context } from "./context.ts";
import { procedure, router } from "./init.ts";
import { entityId, sendAddress, typeName, utf8Text } from "../../contract/inputs.ts";
import { typedValue } from "../../values/typed-text.ts";

const manyMessagesMax = 100_000;
const manyInFlightMax = 256;

const body = utf8Text.max(8 * 1024 * 1024);
/** Sent again under the same key it counts once: for who got no answer and does not know. */
const idempotencyKey = utf8Text.min(1).max(256).optional();
const one = z.union([
  sendAddress.extend({ valueType: typeName, text: body, idempotencyKey }),
  sendAddress.extend({ valueType: typeName, base64: z.base64(), idempotencyKey }),
]);
const many = sendAddress.extend({
  valueType: typeName,
  text: body,
  count: z.number().int().min(1).max(manyMessagesMax),
  counterIn: z.enum(["id", "body"]),
});
const saved = z.object({ name: utf8Text.min(1).max(120), type: typeName, entityId, valueType: typeName, body });

export const sendRouter = router({
  message: procedure.input(one).mutation(async ({ ctx, input }) => {
    const value = typedValue(
      ctx.values,
      "text" in input ? { typename: input.valueType, text: input.text } : { typename: input.valueType, base64: input.base64 },
    );
    const target = { type: input.type, id: input.id };
    const { messageId, traceId, repeated } = await ctx.ingress.accept({ target, value, idempotencyKey: input.idempotencyKey });
    return { messageId, traceId, repeated };
  }),

  many: procedure.input(many).mutation(({ ctx, input, signal }) => sendMany(ctx, input, signal)),

  saved: procedure.query(({ ctx }) => ctx.saved.list()),
  save: procedure.input(saved).mutation(({ ctx, input }) => ctx.saved.save(input)),
  forget: procedure.input(z.object({ id: z.string().min(1).max(64) })).mutation(async ({ ctx, input }) => {
    await ctx.saved.forget(input.id);
    return {};
  }),
});

/** `{n}` is the counter, from 1; the first refusal ends it. What was accepted before stays and is told with it; alone it is thrown. */
async function sendMany(ctx: Context, input: z.output<typeof many>, signal: AbortSignal | undefined) {
  let next = 1;
  let accepted = 0;
  let firstTraceId: number | null = null;
  let refused = false;
  let refusal: unknown;
  const sendNext = async (): Promise<void> => {
    while (next <= input.count && !refused && signal?.aborted !== true) {
      const n = next;
      next += 1;
      const counted = (text: string): string => text.replaceAll("{n}", String(n));
      try {
        const value = ctx.values.encode(input.valueType, input.counterIn === "body" ? counted(input.text) : input.text);
        const id = input.counterIn === "id" ? counted(input.id) : input.id;
        const { traceId } = await ctx.ingress.accept({ target: { type: input.type, id }, value });
        accepted += 1;
        if (n === 1) firstTraceId = traceId;
      } catch (error) {
        if (!refused) refusal = error;
        refused = true;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(manyInFlightMax, input.count) }, sendNext));
  if (!refused) return { accepted, firstTraceId, refusal: null };
  if (accepted === 0) throw refusal;
  const { code, title, detail, cure } = problemOf(refusal, "send.many");
  return { accepted, firstTraceId, refusal: { code, title, detail, cure } };
}
