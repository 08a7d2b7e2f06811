/**
 * EngineLimits: every bound of the engine, its unit in its name (G6). The gateway reads overrides from the environment
 * (SIGNALBOX_<NAME_IN_CAPITALS>); the defaults suit 2 cores, and those that bound large amounts of memory become less where there is little
 * of it.
 */
import type { JournalLevel } from "@signalbox/runtime/model/journal-record";

export interface EngineLimits {
  readonly invocationsInFlightMax: number;
  readonly batchMessagesMax: number;
  readonly batchBytesMax: number;
  /** Messages of one mailbox kept in memory; the rest waits on disk. */
  readonly mailboxMessagesInMemoryMax: number;
  /** Message bytes of all mailboxes in memory; beyond it new messages wait on disk. */
  readonly mailboxBytesInMemoryMax: number;
  /** Replies that are being read, unpacked or decoded, and large ones until their effects are durable; over all partitions. */
  readonly replyBytesInMemoryMax: number;
  readonly stateCacheBytesMax: number;
  /** Entities of one turn whose state is read on the thread itself; a thread of its own costs more than so few. */
  readonly stateReadsOnThreadMax: number;
  /** Beyond these, an ingress is refused with OVERLOADED; one function type may fill four fifths of what the others leave. */
  readonly waitingMessagesMax: number;
  /** Entities that wait for a turn and are in memory; beyond it entities wait on disk only, as many as there are. */
  readonly waitingEntitiesInMemoryMax: number;
  /** Names under wildcards beyond which new ones are refused; those that a module binds exactly are taken all the same. */
  readonly functionTypesMax: number;
  readonly breakpointsMax: number;
  /** What all breakpoints together hold; the one that would hold more lets everything go. */
  readonly breakpointHeldMessagesMax: number;
  readonly breakpointHeldBytesMax: number;
  readonly breakpointMsMax: number;
  /** Keys (tenants) of all limits with a bucket of their own; those beyond share one of their limit. */
  readonly limitKeysMax: number;
  readonly ingressPendingBytesMax: number;
  readonly messageBytesMax: number;
  /** What is kept of the headers that come with a message, and of its trace context. */
  readonly messageHeadersBytesMax: number;
  readonly timersInMemoryMax: number;
  readonly attemptsMax: number;
  readonly backoffBaseMs: number;
  readonly backoffMaxMs: number;
  readonly breakerEntitiesMin: number;
  readonly breakerProbeBaseMs: number;
  readonly breakerProbeMaxMs: number;
  readonly epochBytesMax: number;
  readonly journalLevel: JournalLevel;
  readonly journalBytesMax: number;
  readonly journalAgeMs: number;
  readonly journalMessagesMax: number;
  /** Blocks of the journal that tell of so many entities have a directory. A history is read through all: too few, and there are too many. */
  readonly journalDirectoryEntitiesMin: number;
  /** So many directories become one segment. A history reads all that are not in one: too many, and it is slow. */
  readonly journalSegmentBlocks: number;
  readonly idempotencyKeyAgeMs: number;
  /** Requests that wait for the answer of a call. */
  readonly callWaitersMax: number;
  /** Answers of one call that wants many. */
  readonly callAnswersMax: number;
  /** How long the answer of a call is kept. */
  readonly callAnswerAgeMs: number;
  /** "early": invocations may start on messages that are not durable yet; "committed": they wait for the sync. */
  readonly delivery: "early" | "committed";
}

/** What one of `count` partitions may have; what bounds a single message, batch or entity stays. */
export function limitsOfOne(limits: EngineLimits, count: number): EngineLimits {
  const share = (limit: number): number => Math.max(1, Math.ceil(limit / count));
  return {
    ...limits,
    invocationsInFlightMax: share(limits.invocationsInFlightMax),
    mailboxBytesInMemoryMax: share(limits.mailboxBytesInMemoryMax),
    stateCacheBytesMax: share(limits.stateCacheBytesMax),
    waitingMessagesMax: share(limits.waitingMessagesMax),
    waitingEntitiesInMemoryMax: share(limits.waitingEntitiesInMemoryMax),
    callWaitersMax: share(limits.callWaitersMax),
    limitKeysMax: share(limits.limitKeysMax),
    breakpointHeldMessagesMax: share(limits.breakpointHeldMessagesMax),
    breakpointHeldBytesMax: share(limits.breakpointHeldBytesMax),
    ingressPendingBytesMax: share(limits.ingressPendingBytesMax),
    timersInMemoryMax: share(limits.timersInMemoryMax),
    epochBytesMax: share(limits.epochBytesMax),
    journalBytesMax: share(limits.journalBytesMax),
  };
}

export const defaultLimits: EngineLimits = {
  invocationsInFlightMax: 1024,
  batchMessagesMax: 1000,
  batchBytesMax: 4 * 1024 * 1024,
  mailboxMessagesInMemoryMax: 100_000,
  mailboxBytesInMemoryMax: 128 * 1024 * 1024,
  replyBytesInMemoryMax: 128 * 1024 * 1024,
  stateCacheBytesMax: 16 * 1024 * 1024,
  stateReadsOnThreadMax: 8,
  waitingMessagesMax: 5_000_000,
  waitingEntitiesInMemoryMax: 20_000,
  functionTypesMax: 1_000,
  breakpointsMax: 16,
  breakpointHeldMessagesMax: 10_000,
  breakpointHeldBytesMax: 32 * 1024 * 1024,
  breakpointMsMax: 3_600_000,
  limitKeysMax: 10_000,
  ingressPendingBytesMax: 64 * 1024 * 1024,
  messageBytesMax: 8 * 1024 * 1024,
  messageHeadersBytesMax: 8 * 1024,
  timersInMemoryMax: 50_000,
  attemptsMax: 10,
  backoffBaseMs: 20,
  backoffMaxMs: 10_000,
  breakerEntitiesMin: 5,
  breakerProbeBaseMs: 200,
  breakerProbeMaxMs: 10_000,
  epochBytesMax: 8 * 1024 * 1024,
  journalLevel: "full",
  journalBytesMax: 1024 * 1024 * 1024,
  journalAgeMs: 24 * 3_600_000,
  journalMessagesMax: 100,
  journalDirectoryEntitiesMin: 16,
  journalSegmentBlocks: 512,
  idempotencyKeyAgeMs: 24 * 3_600_000,
  callWaitersMax: 10_000,
  callAnswersMax: 10_000,
  callAnswerAgeMs: 24 * 3_600_000,
  delivery: "early",
};

/** The part of all memory that the process may have (one in this many) for each limit, when that is less than the default. */
export const partsOfMemory = { replyBytesInMemoryMax: 32, mailboxBytesInMemoryMax: 8, ingressPendingBytesMax: 16 } as const;

/** Less would refuse replies and messages that are allowed. */
const partBytesMin = 8 * 1024 * 1024;

/** So that a container with half a gigabyte outlives what functions and senders can bring at once. */
export function limitsWithin(memoryBytes: number): Pick<EngineLimits, keyof typeof partsOfMemory> {
  const within = (name: keyof typeof partsOfMemory): number =>
    Math.min(defaultLimits[name], Math.max(partBytesMin, Math.floor(memoryBytes / partsOfMemory[name])));
  return {
    replyBytesInMemoryMax: within("replyBytesInMemoryMax"),
    mailboxBytesInMemoryMax: within("mailboxBytesInMemoryMax"),
    ingressPendingBytesMax: within("ingressPendingBytesMax"),
  };
}
