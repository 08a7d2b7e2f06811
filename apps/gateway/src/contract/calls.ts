/**
 * calls: a message whose sender waits for what the function sends back to its caller. The call is durable like any message: an answer that
 * comes after the wait is kept for callAnswerAgeMs, and a repeat under the same key gets the same one.
 */
import type { TypedValue } from "@signalbox/runtime";
import { z } from "zod";
import { sendAddress, utf8Text } from "./address.ts";
import { bytes } from "./operation.ts";

export const callWaitMsDefault = 10_000;
export const callWaitMsMax = 60_000;

const waitMs = z.number().int().min(0).max(callWaitMsMax).default(callWaitMsDefault);

/** undefined: none within the wait. */
export interface AnsweredCall {
  readonly messageId: number;
  readonly traceId: number;
  readonly answer: TypedValue | undefined;
}

export const calls = {
  call: bytes({
    summary: "Send one message and wait for what the function sends back to its caller",
    access: "send",
    scope: { namespaceOf: "type" },
    input: sendAddress.extend({
      value: z.custom<TypedValue>(),
      headers: z.string().optional(),
      idempotencyKey: utf8Text.min(1).max(256).optional(),
      waitMs,
    }),
    output: z.custom<AnsweredCall>(),
    problems: [
      "UNKNOWN_FUNCTION_TYPE",
      "INVALID_VALUE",
      "INVALID_ADDRESS",
      "MESSAGE_TOO_LARGE",
      "OVERLOADED",
      "IDEMPOTENCY_KEY_REUSED",
      "CALL_PARKED",
      "ENGINE_RESTORING",
    ],
    trpc: false,
    http: {
      method: "POST",
      path: "/v1/calls/{namespace}/{name}/{id}",
      ownRoute: "the body is the value and its content type names the value's type, as of a message; so is the answer",
    },
    grpc: "Ingress.Call",
  }),
  answer: bytes({
    summary: "The answer of a call, waited for",
    access: "send",
    scope: "gateway",
    input: z.object({ messageId: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER), waitMs: waitMs.default(0) }),
    output: z.custom<{ readonly answer: TypedValue | undefined }>(),
    problems: ["UNKNOWN_CALL", "OVERLOADED", "ENGINE_RESTORING"],
    trpc: false,
    http: { method: "GET", path: "/v1/calls/{messageId}", ownRoute: "the answer is a value of any type" },
    grpc: "Ingress.Answer",
  }),
} as const;
