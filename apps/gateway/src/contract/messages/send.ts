/**
 * send: one message or many with a counter, and the messages that a person keeps to send again. It answers once they are durable (G3).
 */
import { z } from "zod";
import { entityId, sendAddress, typeName, utf8Text } from "../shapes/address.ts";
import { callWaitMsDefault, callWaitMsMax } from "./calls.ts";
import { done, mutation, nothing, query } from "../operation.ts";
import { valueView } from "../shapes/value.ts";

const manyMessagesMax = 100_000;
const bodyCharactersMax = 8 * 1024 * 1024;

const body = utf8Text.max(bodyCharactersMax);
/** A message that is sent again under the same key counts once, for a sender who got no answer and does not know whether it arrived. */
const idempotencyKey = utf8Text.min(1).max(256).optional();
const oneAsText = sendAddress.extend({ valueType: typeName, text: body, idempotencyKey });
const oneAsBytes = sendAddress.extend({ valueType: typeName, base64: z.base64(), idempotencyKey });
const one = z.union([oneAsText, oneAsBytes]);
const many = sendAddress.extend({
  valueType: typeName,
  text: body,
  count: z.number().int().min(1).max(manyMessagesMax),
  counterIn: z.enum(["id", "body"]),
  /** Where the counter begins, because a sequence is sent in pieces. */
  from: z.number().int().min(1).max(1_000_000_000).default(1),
});
/** The console gives up on an answer after two minutes, and asks again instead. */
const answerMs = z.number().int().min(0).max(callWaitMsMax).default(callWaitMsDefault);
const answered = z.strictObject({
  /** Null when none came within the wait; it may come later. */
  answer: valueView.nullable(),
  /** Why none will come until a person acts. */
  parked: z.strictObject({ detail: z.string(), cure: z.string() }).nullable(),
});

const savedMessage = z.strictObject({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  entityId: z.string(),
  valueType: z.string(),
  body: z.string(),
  createdMs: z.number(),
});
export type SavedMessage = z.output<typeof savedMessage>;

const ofOneType = { access: "send", scope: { namespaceOf: "type" } } as const;
const sendProblems = [
  "UNKNOWN_FUNCTION_TYPE",
  "INVALID_VALUE",
  "INVALID_ADDRESS",
  "MESSAGE_TOO_LARGE",
  "OVERLOADED",
  "TOO_MANY_TYPES",
  "IDEMPOTENCY_KEY_REUSED",
  "ENGINE_RESTORING",
  "ENGINE_DRAINING",
] as const;

export const send = {
  message: mutation({
    summary: "Send one message",
    ...ofOneType,
    input: one,
    output: z.strictObject({ messageId: z.number(), traceId: z.number(), repeated: z.boolean() }),
    problems: sendProblems,
    mcp: [{ tool: "send_message", about: "Give an idempotencyKey, so that a repeat of the call counts once. Then look at trace." }],
  }),
  ask: mutation({
    summary: "Send one message and wait for what the function sends back to its caller",
    ...ofOneType,
    input: z.union([oneAsText.extend({ waitMs: answerMs }), oneAsBytes.extend({ waitMs: answerMs })]),
    output: answered.extend({ messageId: z.number(), traceId: z.number(), repeated: z.boolean() }),
    problems: [...sendProblems, "CAPABILITY_MISSING"],
    needs: "answers",
  }),
  answer: mutation({
    summary: "Wait for the answer of a message that was sent as a call",
    ...ofOneType,
    changesNothing: true,
    input: sendAddress.extend({ messageId: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER), waitMs: answerMs }),
    output: answered,
    problems: ["UNKNOWN_CALL", "OVERLOADED", "ENGINE_RESTORING", "CAPABILITY_MISSING"],
    needs: "answers",
  }),
  many: mutation({
    summary: "Send many messages; {n} in the id or the body counts from 1",
    ...ofOneType,
    input: many,
    output: z.strictObject({
      accepted: z.number(),
      firstTraceId: z.number().nullable(),
      /** What ended it before all were sent; what was accepted stays. */
      refusal: z.strictObject({ code: z.string(), title: z.string(), detail: z.string(), cure: z.string() }).nullable(),
    }),
    problems: sendProblems,
  }),
  saved: query({
    summary: "Messages that are kept to send again",
    access: "read",
    scope: "namespaces",
    input: nothing,
    output: z.array(savedMessage),
    problems: [],
  }),
  save: mutation({
    summary: "Keep a message to send again",
    access: "operate",
    scope: { namespaceOf: "type" },
    subject: ["name"],
    large: ["body"],
    input: z.object({ name: utf8Text.min(1).max(120), type: typeName, entityId, valueType: typeName, body }),
    output: savedMessage,
    problems: ["INVALID_REQUEST"],
  }),
  forget: mutation({
    summary: "Forget a saved message",
    access: "operate",
    scope: "gateway",
    subject: ["id"],
    input: z.object({ id: z.string().min(1).max(64) }),
    output: done,
    problems: [],
  }),
} as const;
