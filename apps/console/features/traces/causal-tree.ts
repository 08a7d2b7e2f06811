/**
 * One trace as a tree of causes: each invocation below the one whose message it consumed, with what left by an egress and
 * what still waits as leaves. Pure; the order is the order of causes, the times come with each row.
 */
import type { JournalEntryView, MessageView, ValueView } from "../../trpc/views.ts";

export type TraceItem =
  | {
      kind: "record";
      key: string;
      depth: number;
      record: JournalEntryView /** When the message that caused it was sent. */;
      sentMs: number;
    }
  | { kind: "egress"; key: string; depth: number; egress: string; value: ValueView; atMs: number; of: JournalEntryView }
  | { kind: "waiting"; key: string; depth: number; message: MessageView; of: JournalEntryView }
  | { kind: "delayed"; key: string; depth: number; delayed: JournalEntryView["delayed"][number]; of: JournalEntryView };

export interface CausalTree {
  items: TraceItem[];
  startMs: number;
  endMs: number;
}

export function causalTree(trace: number, records: readonly JournalEntryView[]): CausalTree {
  const sorted = records.toSorted((left, right) => left.sequence - right.sequence);
  const parents = parentsOf(trace, sorted);
  const children = Map.groupBy(sorted, (record) => parents.get(record.sequence) ?? null);
  const consumed = new Set(sorted.flatMap((record) => record.messages.map((message) => message.sequence)));
  const items: TraceItem[] = [];
  const visit = (record: JournalEntryView, depth: number): void => {
    items.push({ kind: "record", key: `r${record.sequence}`, depth, record, sentMs: sentMs(trace, record) });
    for (const child of children.get(record.sequence) ?? []) visit(child, depth + 1);
    items.push(...leavesOf(record, consumed, depth + 1));
  };
  for (const root of children.get(null) ?? []) visit(root, 0);
  const starts = sorted.map((record) => sentMs(trace, record));
  const ends = sorted.map((record) => record.endedMs);
  return { items, startMs: Math.min(...starts), endMs: Math.max(...ends) };
}

/** Whose message each record consumed; for a fired delayed message, who had asked for it; for an act, what came before it. */
function parentsOf(trace: number, sorted: readonly JournalEntryView[]): Map<number, number> {
  const senders = new Map<number, number>();
  const parents = new Map<number, number>();
  const before: JournalEntryView[] = [];
  for (const record of sorted) {
    const own = record.messages.filter((message) => message.trace === trace);
    const sender = own.map((message) => senders.get(message.sequence)).find((sequence) => sequence !== undefined);
    const parent = sender ?? askedFor(own, before) ?? (own.length === 0 ? lastOf(record, before) : undefined);
    if (parent !== undefined) parents.set(record.sequence, parent);
    for (const message of record.sent) senders.set(message.sequence, record.sequence);
    before.push(record);
  }
  return parents;
}

function askedFor(messages: readonly MessageView[], before: readonly JournalEntryView[]): number | undefined {
  for (const { caller, target } of messages) {
    if (caller === null) continue;
    const asked = before.findLast(
      (record) =>
        same(record.address, caller) &&
        record.delayed.some((delayed) => delayed.kind === "send-after" && delayed.target !== null && same(delayed.target, target)),
    );
    if (asked !== undefined) return asked.sequence;
  }
  return undefined;
}

function lastOf(record: JournalEntryView, before: readonly JournalEntryView[]): number | undefined {
  return before.findLast((earlier) => same(earlier.address, record.address))?.sequence;
}

function leavesOf(record: JournalEntryView, consumed: ReadonlySet<number>, depth: number): TraceItem[] {
  const key = `r${record.sequence}`;
  return [
    ...record.sent
      .filter((message) => !consumed.has(message.sequence))
      .map((message): TraceItem => ({ kind: "waiting", key: `${key}w${message.sequence}`, depth, message, of: record })),
    ...record.delayed.map((delayed, index): TraceItem => ({ kind: "delayed", key: `${key}d${index}`, depth, delayed, of: record })),
    ...record.egress.map(
      (sent, index): TraceItem => ({
        kind: "egress",
        key: `${key}e${index}`,
        depth,
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

function same(left: { type: string; id: string }, right: { type: string; id: string }): boolean {
  return left.type === right.type && left.id === right.id;
}
