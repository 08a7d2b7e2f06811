/**
 * RowReads: the scans that bring rows of the store back into a partition's memory, each as the command that carries them. A read is bounded
 * by count (which the action gives) and by bytes; the rest is asked for when what was read is used up.
 */
import type { Action } from "../../core/action.ts";
import type { Command } from "../../core/command.ts";
import { encodeSequence, partsRange, storeKey, tableRange } from "../../core/store/store-key.ts";
import { decodeRecord } from "../../core/store/store-record.ts";
import type { DelayedMessage, Message } from "@signalbox/runtime/model/message";
import type { OutboxEntry } from "../../model/outbox-entry.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ScanRange, Store } from "../../ports/store.ts";

export interface RowReads {
  readonly store: Store;
  readonly clock: Pick<Clock, "nowMs">;
  /** The most that one batch carries; more would only lie in memory. */
  readonly bytesMax: number;
}

export async function loadMailbox(reads: RowReads, action: Extract<Action, { kind: "load-mailbox" }>): Promise<Command> {
  const { type, id } = action.address;
  const range = { gt: storeKey.message(action.keyPart, action.afterSequence), lt: partsRange("m", type, id).lt, limit: action.limit };
  const messages: Message[] = [];
  for await (const bytes of rowsWithin(reads, range)) messages.push(decodeRecord.message(bytes, action.address));
  return { kind: "mailbox-loaded", nowMs: reads.clock.nowMs(), address: action.address, messages };
}

export async function loadOutbox(reads: RowReads, action: Extract<Action, { kind: "load-outbox" }>): Promise<Command> {
  const range = { gt: storeKey.outboxEntry(action.to, action.afterSequence), lt: storeKey.outboxEnd(action.to), limit: action.limit };
  const entries: OutboxEntry[] = [];
  for await (const bytes of rowsWithin(reads, range)) entries.push(decodeRecord.outboxEntry(bytes));
  return { kind: "outbox-loaded", nowMs: reads.clock.nowMs(), to: action.to, entries };
}

/** Not bounded by bytes: the number of timers tells the core whether there are more. */
export async function loadTimers(reads: RowReads, action: Extract<Action, { kind: "load-timers" }>): Promise<Command> {
  const delayed: DelayedMessage[] = [];
  const after = `t\u0000${encodeSequence(action.afterDueMs)}\u0000${encodeSequence(action.afterSequence)}`;
  for await (const [, bytes] of reads.store.scan({ gt: after, lt: tableRange("t").lt, limit: action.limit }))
    delayed.push(decodeRecord.delayed(bytes));
  return { kind: "timers-loaded", nowMs: reads.clock.nowMs(), delayed, reachedEnd: delayed.length < action.limit };
}

async function* rowsWithin({ store, bytesMax }: RowReads, range: ScanRange): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const [, bytes] of store.scan(range)) {
    yield bytes;
    size += bytes.length;
    if (size > bytesMax) return;
  }
}
