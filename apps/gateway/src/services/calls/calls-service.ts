/** The verbs of calls. What waits for an answer is bounded by callWaitersMax of the engine. */
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";
import { awaitAnswer } from "./await-answer.ts";
import { GatewayError } from "../../contract/problem.ts";

export function callsService({ engine }: Pick<ServiceParts, "engine">): ServiceOf<"calls"> {
  return {
    async call({ door }, { type, id, value, headers, idempotencyKey, waitMs }, { signal }) {
      const target = { type, id };
      const { messageId, traceId } = await engine.accept({ target, value, headers, idempotencyKey, wantsAnswer: true }, door);
      const answer = await awaitAnswer(engine, { messageId, target }, { waitMs, signal });
      return { messageId, traceId, answer };
    },
    async answer(_principal, { messageId, waitMs }) {
      if (messageId >= engine.nextSequence()) {
        throw new GatewayError("UNKNOWN_CALL", {
          detail: `no message has the number ${messageId}`,
          where: "messageId",
          cure: "Ask with the messageId that the call was accepted with.",
        });
      }
      return { answer: await engine.answer(messageId, { waitMs }) };
    },
  };
}
