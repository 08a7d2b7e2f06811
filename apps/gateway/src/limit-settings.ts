/**
 * LimitSettings: every limit of the engine as a setting of the environment. Neighbours: env.ts reads them, the engine's limits.ts says what
 * they bound.
 */
import { defaultLimits, journalLevels, limitsWithin, partsOfMemory, type EngineLimits } from "@signalbox/engine/bootstrap";
import { z } from "zod";
import { memoryOfProcess } from "./memory-of-process.ts";
import { wholeNumber, wordSetting, type Setting } from "./setting.ts";

function limitSetting(name: keyof EngineLimits, meaning: string, least = 1): Setting<number> {
  const fallback = defaultLimits[name];
  if (typeof fallback !== "number") throw new TypeError(`${name} is not a number`);
  const unit = name.includes("Bytes") ? " of bytes" : name.endsWith("Ms") ? " of milliseconds" : "";
  return {
    variable: variableName(name),
    fallback,
    meaning,
    cure: `write a whole number${unit}, at least ${least}`,
    schema: wholeNumber.pipe(z.number().min(least).max(Number.MAX_SAFE_INTEGER)),
  };
}

/** Makes the setting of a limit whose default is lower where the process may have little memory. */
function memorySetting(name: keyof typeof partsOfMemory, meaning: string): Setting<number> {
  const fallbackText = `\`${defaultLimits[name]}\`, or a part in ${partsOfMemory[name]} of the memory where that is less`;
  return { ...limitSetting(name, meaning), fallback: limitsWithin(memoryOfProcess())[name], fallbackText };
}

/** One setting for every field of EngineLimits, so that a new limit does not compile until it is a setting. */
export const limitSettings: { readonly [Name in keyof EngineLimits]: Setting<EngineLimits[Name]> } = {
  invocationsInFlightMax: limitSetting("invocationsInFlightMax", "Invocations in flight over all endpoints"),
  batchMessagesMax: limitSetting("batchMessagesMax", "Messages in one invocation"),
  batchBytesMax: limitSetting("batchBytesMax", "Bytes of messages in one invocation"),
  mailboxMessagesInMemoryMax: limitSetting("mailboxMessagesInMemoryMax", "Messages of one mailbox in memory; the rest waits on disk"),
  mailboxBytesInMemoryMax: memorySetting("mailboxBytesInMemoryMax", "Bytes of all mailboxes in memory; beyond it messages wait on disk"),
  replyBytesInMemoryMax: memorySetting(
    "replyBytesInMemoryMax",
    "Bytes of replies that are being read or decoded; beyond it invocations are tried again later",
  ),
  stateCacheBytesMax: limitSetting("stateCacheBytesMax", "Bytes of state values kept in memory", 0),
  stateReadsOnThreadMax: limitSetting(
    "stateReadsOnThreadMax",
    "States of one turn read on the engine's thread; more are read beside it",
    0,
  ),
  waitingMessagesMax: limitSetting("waitingMessagesMax", "Waiting messages beyond which an ingress is refused"),
  waitingEntitiesInMemoryMax: limitSetting(
    "waitingEntitiesInMemoryMax",
    "Entities that wait for a turn and are in memory; those beyond wait on disk only",
  ),
  functionTypesMax: limitSetting(
    "functionTypesMax",
    "Function types beyond which new names under a wildcard are refused; names bound exactly are always taken",
  ),
  breakpointsMax: limitSetting("breakpointsMax", "Breakpoints that may be set at once"),
  breakpointHeldMessagesMax: limitSetting("breakpointHeldMessagesMax", "Messages that all breakpoints hold; beyond it one lets go"),
  breakpointHeldBytesMax: limitSetting("breakpointHeldBytesMax", "Bytes in memory of what breakpoints hold; beyond it one lets go"),
  breakpointMsMax: limitSetting("breakpointMsMax", "Longest time of a breakpoint"),
  limitKeysMax: limitSetting("limitKeysMax", "Keys of limits by key (tenants) with a bucket of their own; those beyond share one"),
  ingressPendingBytesMax: memorySetting(
    "ingressPendingBytesMax",
    "Bytes of messages on their way to disk beyond which an ingress is refused",
  ),
  messageBytesMax: limitSetting("messageBytesMax", "Bytes of one message"),
  messageHeadersBytesMax: limitSetting(
    "messageHeadersBytesMax",
    "Bytes of the headers kept with a message; those beyond are left out",
    2048,
  ),
  timersInMemoryMax: limitSetting("timersInMemoryMax", "Delayed messages in memory; the rest waits on disk"),
  attemptsMax: limitSetting("attemptsMax", "Attempts of an invocation before its entity is parked"),
  backoffBaseMs: limitSetting("backoffBaseMs", "First wait between attempts"),
  backoffMaxMs: limitSetting("backoffMaxMs", "Longest wait between attempts"),
  breakerEntitiesMin: limitSetting("breakerEntitiesMin", "Failing entities that open an endpoint's breaker"),
  breakerProbeBaseMs: limitSetting("breakerProbeBaseMs", "First wait before a probe of an endpoint that is down"),
  breakerProbeMaxMs: limitSetting("breakerProbeMaxMs", "Longest wait between probes"),
  epochBytesMax: limitSetting("epochBytesMax", "Bytes of one epoch"),
  journalLevel: wordSetting(variableName("journalLevel"), journalLevels, {
    fallback: defaultLimits.journalLevel,
    meaning: "What the journal keeps of an invocation",
  }),
  journalBytesMax: limitSetting("journalBytesMax", "Bytes of the journal; the oldest records go first", 0),
  journalAgeMs: limitSetting("journalAgeMs", "Age at which journal records go", 0),
  journalMessagesMax: limitSetting("journalMessagesMax", "Messages of one batch that its journal record lists"),
  journalDirectoryEntitiesMin: limitSetting("journalDirectoryEntitiesMin", "Entities in one block of the journal that share a directory"),
  journalSegmentBlocks: limitSetting("journalSegmentBlocks", "Directories of the journal that become one segment", 2),
  callWaitersMax: limitSetting("callWaitersMax", "Requests that wait for the answer of a call"),
  callAnswersMax: limitSetting("callAnswersMax", "Answers of one call that wants many", 1),
  callAnswerAgeMs: limitSetting("callAnswerAgeMs", "How long the answer of a call is kept", 1),
  idempotencyKeyAgeMs: limitSetting("idempotencyKeyAgeMs", "How long a repeated Idempotency-Key is recognised", 0),
  delivery: wordSetting(variableName("delivery"), ["early", "committed"], {
    fallback: defaultLimits.delivery,
    meaning: "early: invocations may start before their messages are on disk; committed: they wait",
  }),
};

export function readLimits(read: <T>(setting: Setting<T>) => T): EngineLimits {
  const entries = Object.entries(limitSettings).map(([name, setting]) => [name, read<string | number>(setting)]);
  // The mapped type of limitSettings holds one setting of the right type for every name.
  return Object.fromEntries(entries) as unknown as EngineLimits;
}

export function variableName(limit: keyof EngineLimits): string {
  return `SIGNALBOX_${limit.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}
