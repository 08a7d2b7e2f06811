/**
 * Trials of functions: loads a source in isolation and shows what one of its functions would do with a message. Neighbour: functions.ts
 * declares the operation.
 */
import { z } from "zod";
import { addressView, entityId, typeName, utf8Text } from "../shapes/address.ts";
import { typedText, valueView } from "../shapes/value.ts";

const codeCharactersMax = 1024 * 1024;
const statesMax = 200;

export const trialInput = z.object({
  code: utf8Text.max(codeCharactersMax),
  export: z.string().min(1).max(200).optional(),
  memoryMiB: z.number().int().min(16).max(1_024).default(128),
  callTimeoutMs: z.number().int().min(1).max(10_000).default(2_000),
  /** When absent, the source is only loaded. */
  run: z
    .object({
      type: typeName,
      id: entityId,
      value: typedText,
      /** States that are not listed are empty. */
      states: z
        .array(z.object({ name: z.string().max(200), text: z.string() }))
        .max(statesMax)
        .default([]),
    })
    .optional(),
});
export type TrialInput = z.output<typeof trialInput>;

const problem = { code: z.string(), message: z.string(), cure: z.string() };
const ran = {
  /** The functions that the source serves. */
  functions: z.array(
    z.strictObject({
      type: z.string(),
      takes: z.array(z.string()),
      states: z.array(z.strictObject({ name: z.string(), typename: z.string() })),
    }),
  ),
  /** The lines that it printed. */
  lines: z.array(z.string()),
};

const trialEffects = z.strictObject({
  states: z.array(
    z.strictObject({
      name: z.string(),
      typename: z.string(),
      before: valueView.nullable(),
      after: valueView.nullable(),
      changed: z.boolean(),
    }),
  ),
  messages: z.array(z.strictObject({ target: addressView, value: valueView })),
  /** With a target: a message that is sent after a time. Without one: a message with this token is cancelled. */
  delayed: z.array(
    z.strictObject({ afterMs: z.number(), target: addressView.nullable(), value: valueView.nullable(), token: z.string().nullable() }),
  ),
  egress: z.array(z.strictObject({ egress: z.string(), value: valueView })),
});
export type TrialEffects = z.output<typeof trialEffects>;

export const trialResult = z.discriminatedUnion("kind", [
  /** The source cannot be loaded; the place is in the source, counted from 1. */
  z.strictObject({ kind: z.literal("refused"), ...problem, line: z.number().nullable(), column: z.number().nullable() }),
  z.strictObject({ kind: z.literal("loaded"), ...ran }),
  /** The function failed. */
  z.strictObject({ kind: z.literal("failed"), ...ran, ...problem }),
  z.strictObject({ kind: z.literal("ran"), ...ran, effects: trialEffects }),
]);
export type TrialResult = z.output<typeof trialResult>;
