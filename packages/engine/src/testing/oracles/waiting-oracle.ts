/**
 * WaitingOracle: what is told of a past moment about an entity's waiting and delayed messages agrees with what was on disk then. Neighbour:
 * past-oracle.ts (remembers moments and asks for them).
 */
import type { WaitingAsOf } from "@signalbox/runtime";
import { partsRange, tableRange } from "../../core/store/store-key.ts";
import { decodeRecord } from "../../core/store/store-record.ts";
import type { Address } from "@signalbox/runtime/model/address";
import type { JournalRecord } from "@signalbox/runtime/model/journal-record";
import { messageId, type DelayedMessage, type Message } from "@signalbox/runtime/model/message";
import { recordsFrom } from "../../runtime/reads/journal-reader.ts";
import type { StoreReader } from "../../ports/store.ts";
import { must } from "../sim/trace.ts";

export interface WaitingThen {
  /** By message number. */
  readonly messages: ReadonlyMap<number, Message>;
  readonly timers: ReadonlyMap<number, DelayedMessage>;
  /** The time when the newest record had ended. */
  readonly atMs: number;
  /** The time when this was seen: what became due after the newest record may have fired without a record. */
  readonly wallMs: number;
}

export interface AskedLater {
  readonly was: WaitingThen;
  readonly what: string;
  readonly partitions: number;
  /** The first record that the journal holds now: what was set before it may have lost its record. */
  readonly oldest: number;
  /** Tokens that another type with the same id had cancelled by then; the answer does not know them. */
  readonly foreign: ReadonlySet<string>;
}

/** From all records of the store. */
export async function cancelledByOthers(store: StoreReader, { type, id }: Address, until: number): Promise<Set<string>> {
  const tokens = new Set<string>();
  for await (const { address, sequence, delayed } of recordsFrom(store, 0)) {
    // Records of partitions that became one are in order within their blocks only.
    if (sequence > until || address.id !== id || address.type === type) continue;
    for (const one of delayed) if (one.kind === "cancel") tokens.add(one.cancellationToken);
  }
  return tokens;
}

/** Messages on disk that came no later than the newest record. */
export async function waitingNow(
  store: StoreReader,
  address: Address,
  at: { readonly newest: JournalRecord; readonly wallMs: number },
): Promise<WaitingThen> {
  const { newest, wallMs } = at;
  const messages = new Map<number, Message>();
  for await (const [, bytes] of store.scan(partsRange("m", address.type, address.id))) {
    const message = decodeRecord.message(bytes, address);
    if (messageId(message) <= newest.sequence) messages.set(messageId(message), message);
  }
  const timers = new Map<number, DelayedMessage>();
  for await (const [, bytes] of store.scan(tableRange("t"))) {
    const delayed = decodeRecord.delayed(bytes);
    const isOwn = delayed.caller.type === address.type && delayed.caller.id === address.id;
    if (isOwn && delayed.sequence <= newest.sequence) timers.set(delayed.sequence, delayed);
  }
  return { messages, timers, atMs: newest.endedMs, wallMs };
}

export function checkWaiting(told: WaitingAsOf, at: AskedLater): void {
  const { was, what, partitions } = at;
  const listed = new Map(told.messages.map((message) => [message.sequence, message]));
  const discarded = new Set(told.discardedSince.map(({ sequence }) => sequence));
  let missing = 0;
  for (const [sequence, message] of was.messages) {
    const one = listed.get(sequence);
    if (one === undefined && !discarded.has(sequence)) missing++;
    if (one?.value.bytes === undefined || told.editedSince.includes(sequence)) continue;
    must(Buffer.compare(one.value.bytes, message.value.bytes) === 0, () => `${what} has another message ${sequence} than waited`);
  }
  must(!told.complete || missing <= told.unlisted, () => `${what} lacks ${missing} messages that waited, and is said to be complete`);
  // The message was sent by another partition and not taken in yet, so it waited there and not here.
  for (const sequence of listed.keys())
    must(was.messages.has(sequence) || partitions > 1, () => `${what} has message ${sequence}, which did not wait`);
  for (const sequence of discarded)
    must(was.messages.has(sequence) || partitions > 1, () => `${what} had message ${sequence} thrown away, which did not wait`);
  checkTimers(told, at);
}

function checkTimers(told: WaitingAsOf, { was, what, oldest, foreign }: AskedLater): void {
  const listed = new Map(told.timers.map((timer) => [timer.sequence, timer]));
  for (const [sequence, { evidence, dueMs, cancellationToken }] of listed)
    must(
      was.timers.has(sequence) || (evidence === "due-later" && (dueMs <= was.wallMs || foreign.has(cancellationToken))),
      () => `${what} has delayed message ${sequence}, which was not set (${evidence})`,
    );
  for (const [sequence, { dueMs }] of was.timers) {
    const isKnown = sequence >= oldest && dueMs > was.atMs;
    must(!isKnown || listed.has(sequence), () => `${what} lacks delayed message ${sequence}, which was set`);
  }
}
