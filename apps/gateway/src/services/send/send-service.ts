/** The verbs of sending by a person; what programs send at any rate comes by the fast path (contract/ingestion.ts). */
import { sightOf } from "../../sight/sight.ts";
import { typedValue } from "../../values/typed-text.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";
import { CallKinds } from "../calls/call-kind.ts";
import { RecentCalls, mustBeCallTo } from "./own-call.ts";
import { answerOf, sendAndWait } from "./send-and-wait.ts";
import { sendMany } from "./send-many.ts";

export function sendService({
  engine,
  ingress,
  values,
  saved,
  masks,
}: Pick<ServiceParts, "engine" | "ingress" | "values" | "saved" | "masks">): ServiceOf<"send"> {
  const parts = { engine, ingress, values };
  const recent = new RecentCalls();
  const kinds = new CallKinds();
  return {
    async message(_principal, input) {
      const { messageId, traceId, repeated } = await ingress.accept(messageOf(values, input));
      return { messageId, traceId, repeated };
    },
    ask: async (_principal, input, { signal }) => {
      const asked = await sendAndWait(parts, messageOf(values, input), { waitMs: input.waitMs, signal });
      recent.add({ messageId: asked.messageId, target: { type: input.type, id: input.id } });
      return asked;
    },
    async answer(principal, { type, id, messageId, waitMs }, { signal }) {
      const call = { messageId, target: { type, id } };
      if (sightOf(principal.rights, "sender") !== undefined) await mustBeCallTo(engine, recent, call);
      await kinds.mustBe(engine, messageId, "one");
      return answerOf(parts, call, { waitMs, signal });
    },
    many: (_principal, input, { signal }) => sendMany({ ingress, values }, input, signal),
    saved: async () => (await saved.list()).map((one) => ({ ...one, body: masks.written(one.body, masks.table.message(one.type)) })),
    save: (_principal, input) => saved.save(input),
    async forget(_principal, { id }) {
      await saved.forget(id);
      return {};
    },
  };
}

type OneMessage = { type: string; id: string; valueType: string; idempotencyKey?: string | undefined } & (
  | { text: string }
  | { base64: string }
);

function messageOf(values: ServiceParts["values"], input: OneMessage) {
  const typename = input.valueType;
  const value = typedValue(values, "text" in input ? { typename, text: input.text } : { typename, base64: input.base64 });
  return { target: { type: input.type, id: input.id }, value, idempotencyKey: input.idempotencyKey };
}
