/** The verbs of sending by a person; what programs send at any rate comes by the fast path (contract/ingestion.ts). */
import { typedValue } from "../../values/typed-text.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";
import { sendMany } from "./send-many.ts";

export function sendService({ ingress, values, saved }: Pick<ServiceParts, "ingress" | "values" | "saved">): ServiceOf<"send"> {
  return {
    async message(_principal, input) {
      const typename = input.valueType;
      const value = typedValue(values, "text" in input ? { typename, text: input.text } : { typename, base64: input.base64 });
      const target = { type: input.type, id: input.id };
      const { messageId, traceId, repeated } = await ingress.accept({ target, value, idempotencyKey: input.idempotencyKey });
      return { messageId, traceId, repeated };
    },
    many: (_principal, input, { signal }) => sendMany({ ingress, values }, input, signal),
    saved: () => saved.list(),
    save: (_principal, input) => saved.save(input),
    async forget(_principal, { id }) {
      await saved.forget(id);
      return {};
    },
  };
}
