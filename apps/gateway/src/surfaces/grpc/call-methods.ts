/**
 * Calls over gRPC: Call sends one and waits for its answer, Answer asks for the answer of one that was sent, Answers streams many. Beside
 * Send and Publish.
 */
import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import type { TypedValue } from "@signalbox/runtime";
import { toBigInt, type AnswerProperties, type AnswerRequest, type CallReplyProperties, type CallRequest } from "@signalbox/proto";
import { callWaitMsDefault } from "../../contract/messages/calls.ts";
import type { WhoAsks } from "../../identity/identity.ts";
import type { GuardedServices } from "../../services/guarded.ts";
import { answerStream } from "./answer-stream.ts";
import { sentMessage } from "./ingress-message.ts";
import { traceOfCall, type UnaryMaker } from "./unary.ts";

export type CallServices = Pick<GuardedServices, "calls">;

/** `services` are loaded by the first call that needs them. */
export function callMethods(
  { unary, identity }: { readonly unary: UnaryMaker; readonly identity: Pick<WhoAsks, "principalOf"> },
  services: () => Promise<CallServices>,
): UntypedServiceImplementation {
  return {
    Call: unary("Call", async (request: CallRequest, principal, metadata): Promise<CallReplyProperties> => {
      const { target, value, idempotencyKey } = sentMessage(request);
      const { calls } = await services();
      const waitMs = request.timeoutMs === 0 ? callWaitMsDefault : request.timeoutMs;
      const { messageId, traceId, answer } = await calls.call(principal, {
        ...target,
        value,
        headers: traceOfCall(metadata),
        idempotencyKey,
        waitMs,
        wish: request.many ? "many" : "one",
      });
      return { messageId, traceId, ...answered(answer) };
    }),
    Answers: answerStream(identity, async (principal, place, signal) => (await services()).calls.answers(principal, place, { signal })),
    Answer: unary("Answer", async (request: AnswerRequest, principal): Promise<CallReplyProperties> => {
      const { calls } = await services();
      const messageId = Number(toBigInt(request.messageId));
      const { answer } = await calls.answer(principal, { messageId, waitMs: request.timeoutMs });
      return { messageId, ...answered(answer) };
    }),
  };
}

function answered(answer: TypedValue | undefined): { answer?: AnswerProperties } {
  return answer === undefined ? {} : { answer: { valueType: answer.typename, value: answer.bytes } };
}
