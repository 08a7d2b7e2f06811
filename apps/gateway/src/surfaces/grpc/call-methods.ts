/** Calls over gRPC: Call sends one and waits for its answer, Answer asks for the answer of one that was sent. Beside Send and Publish. */
import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import type { TypedValue } from "@signalbox/runtime";
import { toBigInt, type AnswerProperties, type AnswerRequest, type CallReplyProperties, type CallRequest } from "@signalbox/proto";
import { callWaitMsDefault } from "../../contract/calls.ts";
import type { GuardedServices } from "../../services/guarded.ts";
import { principalOf } from "../principal-of.ts";
import { sentMessage } from "./ingress-message.ts";
import { unary } from "./unary.ts";

export type CallServices = Pick<GuardedServices, "calls">;

/** `services` are loaded by the first call that needs them. */
export function callMethods(services: () => Promise<CallServices>): UntypedServiceImplementation {
  return {
    Call: unary("Call", async (request: CallRequest): Promise<CallReplyProperties> => {
      const { target, value, idempotencyKey } = sentMessage(request);
      const { calls } = await services();
      const waitMs = request.timeoutMs === 0 ? callWaitMsDefault : request.timeoutMs;
      const { messageId, traceId, answer } = await calls.call(principalOf("grpc"), { ...target, value, idempotencyKey, waitMs });
      return { messageId, traceId, ...answered(answer) };
    }),
    Answer: unary("Answer", async (request: AnswerRequest): Promise<CallReplyProperties> => {
      const { calls } = await services();
      const messageId = Number(toBigInt(request.messageId));
      const { answer } = await calls.answer(principalOf("grpc"), { messageId, waitMs: request.timeoutMs });
      return { messageId, ...answered(answer) };
    }),
  };
}

function answered(answer: TypedValue | undefined): { answer?: AnswerProperties } {
  return answer === undefined ? {} : { answer: { valueType: answer.typename, value: answer.bytes } };
}
