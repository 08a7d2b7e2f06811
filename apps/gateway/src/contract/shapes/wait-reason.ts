/**
 * WaitReasonView: why the messages of an entity wait, as data (the engine's model/wait-reason.ts explains each reason), with its failure as
 * people read it.
 */
import { z } from "zod";
import { addressView } from "./address.ts";
import { failureView } from "./failure.ts";
import { pauseView } from "../functions/pauses.ts";

const failure = failureView.nullable();
const outage = { endpoint: z.string(), sinceMs: z.number(), failure, openedBy: z.array(addressView).readonly() };

export const waitReasonView = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("behind"),
    endpoint: z.string(),
    ahead: z.number(),
    aheadAtLeast: z.boolean(),
    inFlight: z.number(),
    concurrencyLimit: z.number(),
  }),
  z.strictObject({
    kind: z.literal("in-flight"),
    endpoint: z.string(),
    sinceMs: z.number(),
    attempt: z.number(),
    messages: z.number(),
  }),
  z.strictObject({ kind: z.literal("loading") }),
  z.strictObject({ kind: z.literal("on-disk"), type: z.string(), messages: z.number() }),
  z.strictObject({ kind: z.literal("not-durable") }),
  z.strictObject({ kind: z.literal("disk-behind"), pendingBytes: z.number() }),
  z.strictObject({
    kind: z.literal("limit"),
    limit: z.string(),
    module: z.string(),
    key: z.string().nullable(),
    bound: z.enum(["rate", "in-flight"]),
    messagesPerSecond: z.number().nullable(),
    untilMs: z.number().nullable(),
    inFlight: z.number(),
    inFlightMax: z.number().nullable(),
    /** The pause of its function type or its endpoint, when people and not a module set this limit. */
    pause: pauseView.nullable(),
  }),
  z.strictObject({ kind: z.literal("first-reply"), endpoint: z.string() }),
  z.strictObject({
    kind: z.literal("held-back"),
    endpoint: z.string(),
    by: z.string(),
    messages: z.number(),
    inFlight: z.number(),
    inFlightMax: z.number(),
  }),
  z.strictObject({ kind: z.literal("no-endpoint"), type: z.string() }),
  z.strictObject({ kind: z.literal("backing-off"), untilMs: z.number(), attempt: z.number(), failure }),
  z.strictObject({ kind: z.literal("breaker-open"), nextProbeMs: z.number(), ...outage }),
  z.strictObject({ kind: z.literal("probing"), probe: addressView.nullable(), ...outage }),
  z.strictObject({ kind: z.literal("suspected"), endpoint: z.string(), deaths: z.number(), alone: z.boolean() }),
  z.strictObject({ kind: z.literal("held-for-trial"), endpoint: z.string(), entity: addressView }),
  z.strictObject({ kind: z.literal("paused"), sinceMs: z.number(), untilMs: z.number().nullable() }),
  z.strictObject({ kind: z.literal("parked"), sinceMs: z.number(), attempts: z.number(), failure }),
  z.strictObject({
    kind: z.literal("breakpoint"),
    breakpoint: z.string(),
    by: z.string(),
    sinceMs: z.number(),
    untilMs: z.number(),
    unclear: z.string().nullable(),
  }),
  z.strictObject({ kind: z.literal("draining") }),
]);
export type WaitReasonView = z.output<typeof waitReasonView>;
