/**
 * sendAndWait: sends a message of a person as a call. Its number and trace come at once or with the answer; when the entity is parked, the
 * reason comes instead of an answer. Neighbour: calls/await-answer.ts waits; programs call over HTTP and gRPC (calls-service.ts).
 */
import type { Address, TypedValue } from "@signalbox/runtime";
import { GatewayError } from "../../contract/problem.ts";
import type { ValueView } from "../../contract/shapes/value.ts";
import { awaitAnswer } from "../calls/await-answer.ts";
import { mustBeKnown } from "../calls/known-call.ts";
import type { ServiceParts } from "../service-parts.ts";

type Parts = Pick<ServiceParts, "engine" | "ingress" | "values">;

export interface AnswerOutcome {
  readonly answer: ValueView | null;
  readonly parked: { readonly detail: string; readonly cure: string } | null;
}

interface Wait {
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

export async function sendAndWait(
  parts: Parts,
  message: { readonly target: Address; readonly value: TypedValue; readonly idempotencyKey: string | undefined },
  wait: Wait,
): Promise<AnswerOutcome & { messageId: number; traceId: number; repeated: boolean }> {
  const { messageId, traceId, repeated } = await parts.ingress.accept({ ...message, wantsAnswer: "one" });
  return { messageId, traceId, repeated, ...(await answerOf(parts, { messageId, target: message.target }, wait)) };
}

export async function answerOf(
  { engine, values }: Parts,
  call: { readonly messageId: number; readonly target: Address },
  wait: Wait,
): Promise<AnswerOutcome> {
  mustBeKnown(engine, call.messageId);
  try {
    const answer = await awaitAnswer(engine, call, wait);
    return { answer: answer === undefined ? null : values.view(answer), parked: null };
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== "CALL_PARKED") throw error;
    return { answer: null, parked: { detail: error.message, cure: error.cure } };
  }
}
