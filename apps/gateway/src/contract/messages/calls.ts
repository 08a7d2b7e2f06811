/**
 * calls: a message whose sender waits for what the function sends back to its caller. The call is durable like any message: an answer that
 * comes after the wait is kept for callAnswerAgeMs, and a repeat under the same key gets the same one.
 */
import type { TypedValue } from "@signalbox/runtime";
import { z } from "zod";
import { sendAddress, utf8Text } from "../shapes/address.ts";
import { bytes, subscription } from "../operation.ts";

export const callWaitMsDefault = 10_000;
export const callWaitMsMax = 60_000;

const waitMs = z.number().int().min(0).max(callWaitMsMax).default(callWaitMsDefault);

/** `answer` is undefined when none came within the wait. */
export interface AnsweredCall {
  readonly messageId: number;
  readonly traceId: number;
  readonly answer: TypedValue | undefined;
}

/**
 * One of many answers, and how they end: done, or cut with a reason. `waiting` means that none has come for a while, and the stream stays
 * open.
 */
export type StreamedAnswer =
  | { readonly kind: "answer"; readonly index: number; readonly value: TypedValue }
  | { readonly kind: "waiting" }
  | { readonly kind: "done" }
  | { readonly kind: "cut"; readonly reason: string };

const answerIndex = z.number().int().min(0).max(1_000_000_000);
const messageNumber = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

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
      /** With `many` the operation does not wait; `answers` gives them. */
      wish: z.enum(["one", "many"]).default("one"),
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
      "CAPABILITY_MISSING",
    ],
    needs: "answers",
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
    input: z.object({ messageId: messageNumber, waitMs: waitMs.default(0) }),
    output: z.custom<{ readonly answer: TypedValue | undefined }>(),
    problems: ["UNKNOWN_CALL", "CALL_PARKED", "OVERLOADED", "ENGINE_RESTORING", "CAPABILITY_MISSING"],
    needs: "answers",
    trpc: false,
    http: { method: "GET", path: "/v1/calls/{messageId}", ownRoute: "the answer is a value of any type" },
    grpc: "Ingress.Answer",
  }),
  answers: subscription({
    summary: "The answers of a call that wants many, as they come, until the function says that it is done",
    access: "send",
    scope: "gateway",
    input: z.object({ messageId: messageNumber, from: answerIndex.default(0) }),
    output: z.custom<StreamedAnswer>(),
    problems: ["UNKNOWN_CALL", "CALL_PARKED", "OVERLOADED", "TOO_MANY_STREAMS", "ENGINE_RESTORING", "CAPABILITY_MISSING"],
    needs: "answers",
    trpc: false,
    http: {
      method: "GET",
      path: "/v1/calls/{messageId}/answers",
      ownRoute:
        "server-sent events: one `answer` each, then `done`; POST /v1/calls/… with Accept: text/event-stream gives the same at once",
    },
    grpc: "Ingress.Answers",
  }),
} as const;
