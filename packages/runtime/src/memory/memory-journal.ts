/** MemoryJournal: the newest records of a memory runtime; reads walk through all of them. */
import type { Journal, JournalQuery } from "../journal.ts";
import { formatAddress, sameAddress, type Address } from "../model/address.ts";
import { EngineError } from "../model/engine-error.ts";
import { outlineOf, type JournalRecord } from "../model/journal-record.ts";
import type { Message } from "../model/message.ts";
import type { NumberOwner, Page } from "../model/views.ts";
import { foldBlame } from "../past/blame.ts";
import type { StateAsOf, StateAsOfQuery } from "../past/past.ts";
import { expiringStates, foldStateAsOf } from "../past/state-as-of.ts";
import type { MemoryTables } from "./memory-tables.ts";

export function memoryJournal(tables: MemoryTables, nowMs: () => number): Journal {
  const recordsOf = (trace: number): JournalRecord[] =>
    tables.records.filter(({ messages }) => messages.some((message) => message.trace === trace));
  const complete = (trace: number): boolean =>
    waitingOf(tables, trace).length === 0 && ![...tables.delayed.values()].some(({ message }) => message.trace === trace);
  return {
    history: async ({ address, ...query }) =>
      page(
        tables.records.filter((record) => sameAddress(record.address, address)),
        query,
      ),
    stateAsOf: async (query) => memoryStateAsOf(tables, query),
    blame: async ({ address, before = Number.POSITIVE_INFINITY, ...limits }) =>
      foldBlame(newestFirst(recordsOfEntity(tables, address).filter(({ sequence }) => sequence < before)), limits),
    journal: async (query) => page(tables.records, query),
    journalOutlines: async (query) => {
      const { items, cursor } = page(tables.records, query);
      return { items: items.map(outlineOf), cursor };
    },
    traces: async (query) => {
      const roots = new Set(
        tables.records.flatMap(({ messages }) => messages.filter(({ sequence, trace }) => sequence === trace)).map(({ trace }) => trace),
      );
      const { items, cursor } = page(
        [...roots].toSorted((a, b) => a - b).map((sequence) => ({ sequence })),
        query,
      );
      return { items: items.map(({ sequence: trace }) => ({ trace, records: recordsOf(trace), complete: complete(trace) })), cursor };
    },
    trace: async (trace, { recordsMax }) => {
      const records = recordsOf(trace);
      return { records: records.slice(0, recordsMax), complete: records.length > 0 && records.length <= recordsMax && complete(trace) };
    },
    waitingOfTrace: async (trace, { rowsMax }) => {
      const messages = waitingOf(tables, trace);
      return { messages: messages.slice(0, rowsMax), looked: messages.length, complete: messages.length <= rowsMax };
    },
    watchTrace: async (trace, forMs) => tables.watched.watch(trace, { nowMs: nowMs(), forMs }),
    ownerOf: async (sequence) => ownerOf(tables.records, sequence),
    journalReach: async () => tables.records[0],
    journalStreams: async ({ from, limit }) => {
      const end = tables.records.at(-1);
      const place = from === "end" ? (end?.sequence ?? 0) + 1 : (from[0] ?? 0);
      const records = tables.records.filter(({ sequence }) => sequence >= place).slice(0, limit);
      const last = records.at(-1);
      return [{ partition: 0, records, next: last === undefined ? place : last.sequence + 1, oldest: tables.records[0]?.sequence }];
    },
    nextSequence: () => tables.next,
  };
}

function recordsOfEntity(tables: MemoryTables, address: Address): JournalRecord[] {
  return tables.records.filter((record) => sameAddress(record.address, address));
}

async function* newestFirst(records: readonly JournalRecord[]): AsyncGenerator<JournalRecord> {
  yield* records.toReversed();
}

async function* oldestFirst(records: readonly JournalRecord[]): AsyncGenerator<JournalRecord> {
  yield* records;
}

async function memoryStateAsOf(tables: MemoryTables, { address, moment, recordsMax }: StateAsOfQuery): Promise<StateAsOf> {
  const oldest = tables.records[0];
  if (oldest === undefined) return { kind: "no-journal" };
  const sequence =
    moment.kind === "sequence" ? moment.sequence : tables.records.findLast(({ endedMs }) => endedMs <= moment.atMs)?.sequence;
  if (sequence === undefined || sequence < oldest.sequence)
    return { kind: "beyond-reach", reachSequence: oldest.sequence, reachMs: oldest.endedMs };
  const records = recordsOfEntity(tables, address);
  const present = [...(tables.entities.get(formatAddress(address))?.values ?? [])].map(([name, { value, expiresMs }]) => ({
    name,
    value: { typename: value.typename, sizeBytes: value.bytes.length, bytes: value.bytes },
    expiresMs,
  }));
  return foldStateAsOf({
    sequence,
    after: oldestFirst(records.filter((record) => record.sequence > sequence)),
    before: newestFirst(records.filter((record) => record.sequence <= sequence)),
    present,
    expiring: expiringStates(tables.specs.get(address.type) ?? []),
    recordsMax,
  });
}

/** A page, newest first, of items in rising order of sequence. */
function page<T extends { readonly sequence: number }>(all: readonly T[], { cursor, limit }: JournalQuery): Page<T> {
  const below = cursor === undefined ? Number.POSITIVE_INFINITY : Number(cursor);
  if (Number.isNaN(below))
    throw new EngineError("INVALID_CURSOR", `"${cursor}" is not a cursor of the journal`, "Pass the cursor of the page before, or none.");
  const items = all
    .filter(({ sequence }) => sequence < below)
    .toReversed()
    .slice(0, limit);
  return { items, cursor: items.length < limit ? undefined : String(items.at(-1)?.sequence ?? 0) };
}

function waitingOf(tables: MemoryTables, trace: number): Omit<Message, "origin">[] {
  return [...tables.entities.values()].flatMap(({ mailbox }) => mailbox.filter((message) => message.trace === trace));
}

function ownerOf(records: readonly JournalRecord[], sequence: number): NumberOwner | undefined {
  for (const record of records) {
    const { address } = record;
    const owner = { record: record.sequence, address };
    const first = record.messages[0]?.trace;
    if (record.sequence === sequence) return { kind: "record", ...owner, trace: first };
    const message = [...record.messages, ...record.sent].find((one) => one.sequence === sequence);
    if (message !== undefined) return { kind: "message", ...owner, trace: message.trace };
    if (record.delayed.some((one) => one.kind === "send-after" && one.sequence === sequence))
      return { kind: "delayed", ...owner, trace: first };
    if (record.egress.some((one) => one.sequence === sequence)) return { kind: "egress", ...owner, trace: first };
  }
  return undefined;
}
