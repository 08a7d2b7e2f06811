/**
 * One trace as a tree of causes: each invocation is below the one whose message it consumed, and what left by an egress, what was delayed
 * and what still waits are hops of their own. Pure; the order is the order of causes, the times come with each hop.
 * Neighbours: hop-times.ts and time-scale.ts place the hops in time, story-film.ts shows them one after the other.
 */
import type { AddressView, JournalEntryView, MessageView, ValueView } from "../../trpc/views.ts";
import { delaysOf, type Delays } from "./delays.ts";

interface Hop {
  key: string;
  depth: number;
  /** The key of the hop that caused it; null when it came from outside, or its cause is no longer recorded. */
  parent: string | null;
}

export type RecordHop = Hop & { kind: "record"; record: JournalEntryView /** When the message that caused it was sent. */; sentMs: number };
export type EgressHop = Hop & { kind: "egress"; egress: string; value: ValueView; atMs: number; of: JournalEntryView };
export type WaitingHop = Hop & { kind: "waiting"; message: MessageView; of: JournalEntryView };
export type DelayedHop = Hop & {
  kind: "delayed";
  delayed: JournalEntryView["delayed"][number];
  of: JournalEntryView;
  /** waits: until its due time. cancels: it is itself the request to cancel another one. */
  fate: "fired" | "cancelled" | "waits" | "cancels";
};
export type TraceItem = RecordHop | EgressHop | WaitingHop | DelayedHop;

export interface CausalTree {
  trace: number;
  items: TraceItem[];
  startMs: number;
  endMs: number;
}

export function causalTree(trace: number, records: readonly JournalEntryView[]): CausalTree {
  const sorted = records.toSorted((left, right) => left.sequence - right.sequence);
  const delays = delaysOf(trace, sorted);
  const causes = causesOf(trace, sorted, delays);
  const children = Map.groupBy(sorted, (record) => causes.get(record.sequence) ?? null);
  const consumed = new Set(sorted.flatMap((record) => record.messages.map((message) => message.sequence)));
  const items: TraceItem[] = [];
  const visit = (record: JournalEntryView, at: { depth: number; parent: string | null }): void => {
    const key = recordKey(record.sequence);
    items.push({ kind: "record", key, ...at, record, sentMs: sentMs(trace, record) });
    const below = { depth: at.depth + 1, parent: key };
    for (const child of children.get(key) ?? []) visit(child, below);
    for (const leaf of leavesOf(record, { consumed, delays, below })) {
      items.push(leaf);
      for (const child of children.get(leaf.key) ?? []) visit(child, { depth: leaf.depth + 1, parent: leaf.key });
    }
  };
  for (const root of children.get(null) ?? []) visit(root, { depth: 0, parent: null });
  const starts = sorted.map((record) => sentMs(trace, record));
  const ends = sorted.map((record) => record.endedMs);
  return { trace, items, startMs: Math.min(...starts), endMs: Math.max(...ends) };
}

/** Links from elsewhere name a record by its number alone. */
export function hopKey(text: string): string {
  return /^\d+$/.test(text) ? recordKey(Number(text)) : text;
}

export function addressOf(item: TraceItem): AddressView {
  switch (item.kind) {
    case "record":
      return item.record.address;
    case "waiting":
      return item.message.target;
    case "delayed":
      return item.delayed.target ?? item.of.address;
    case "egress":
      return item.of.address;
  }
}

function recordKey(sequence: number): string {
  return `r${sequence}`;
}

/**
 * Maps each record to the hop whose message it consumed; a fired delayed message to the hop that asked for it; an act to what came before
 * it.
 */
function causesOf(trace: number, sorted: readonly JournalEntryView[], delays: Delays): Map<number, string> {
  const senders = new Map<number, string>();
  const causes = new Map<number, string>();
  const before: JournalEntryView[] = [];
  for (const record of sorted) {
    const own = record.messages.filter((message) => message.trace === trace);
    const sender = own.map((message) => senders.get(message.sequence)).find((key) => key !== undefined);
    const asked = own.map((message) => delays.firedBy.get(message.sequence)).find((key) => key !== undefined);
    const cause = sender ?? asked ?? (own.length === 0 ? lastOf(record, before) : undefined);
    if (cause !== undefined) causes.set(record.sequence, cause);
    for (const message of record.sent) senders.set(message.sequence, recordKey(record.sequence));
    before.push(record);
  }
  return causes;
}

function lastOf(record: JournalEntryView, before: readonly JournalEntryView[]): string | undefined {
  const last = before.findLast((earlier) => sameAddress(earlier.address, record.address));
  return last === undefined ? undefined : recordKey(last.sequence);
}

interface LeafParts {
  consumed: ReadonlySet<number>;
  delays: Delays;
  below: { depth: number; parent: string };
}

function leavesOf(record: JournalEntryView, { consumed, delays, below }: LeafParts): TraceItem[] {
  const key = recordKey(record.sequence);
  return [
    ...record.sent
      .filter((message) => !consumed.has(message.sequence))
      .map((message): TraceItem => ({ kind: "waiting", key: `${key}w${message.sequence}`, ...below, message, of: record })),
    ...record.delayed.map((delayed, index): TraceItem => {
      const own = `${key}d${index}`;
      return { kind: "delayed", key: own, ...below, delayed, of: record, fate: delays.fates.get(own) ?? "waits" };
    }),
    ...record.egress.map(
      (sent, index): TraceItem => ({
        kind: "egress",
        key: `${key}e${index}`,
        ...below,
        egress: sent.egress,
        value: sent.value,
        atMs: record.endedMs,
        of: record,
      }),
    ),
  ];
}

function sentMs(trace: number, record: JournalEntryView): number {
  const own = record.messages.find((message) => message.trace === trace);
  return Math.min(own?.atMs ?? record.startedMs, record.startedMs);
}

export function sameAddress(left: AddressView, right: AddressView): boolean {
  return left.type === right.type && left.id === right.id;
}
