/**
 * Delays: what became of each delayed message of a trace. The journal keeps no link from a delayed message to the one that it became, so
 * the two are matched: from the same sender to the same target, of the same value, at its due time or later, each once. Pure.
 * Neighbour: causal-tree.ts puts what a fired one caused below it.
 */
import type { JournalEntryView, MessageView } from "../../trpc/views.ts";

type Delayed = JournalEntryView["delayed"][number];

export interface Delays {
  /** The key of the delayed hop, by the sequence of the message that it became. */
  firedBy: ReadonlyMap<number, string>;
  fates: ReadonlyMap<string, "fired" | "cancelled" | "cancels">;
}

interface Asked {
  key: string;
  of: JournalEntryView;
  delayed: Delayed;
}

export function delaysOf(trace: number, sorted: readonly JournalEntryView[]): Delays {
  const firedBy = new Map<number, string>();
  const fates = new Map<string, "fired" | "cancelled" | "cancels">();
  const open: Asked[] = [];
  const sent = new Set<number>();
  for (const record of sorted) {
    for (const message of record.messages) {
      if (message.trace !== trace || message.caller === null || sent.has(message.sequence) || firedBy.has(message.sequence)) continue;
      const asked = bestOf(open, message);
      if (asked === undefined) continue;
      firedBy.set(message.sequence, asked.key);
      fates.set(asked.key, "fired");
      open.splice(open.indexOf(asked), 1);
    }
    for (const message of record.sent) sent.add(message.sequence);
    for (const [index, delayed] of record.delayed.entries()) {
      const key = `r${record.sequence}d${index}`;
      if (delayed.kind === "cancel") {
        fates.set(key, "cancels");
        cancel(delayed, { by: record, open, fates });
      } else open.push({ key, of: record, delayed });
    }
  }
  return { firedBy, fates };
}

/** Tokens count for the sender's id, over all its types. */
function cancel(
  { token }: Delayed,
  { by, open, fates }: { by: JournalEntryView; open: Asked[]; fates: Map<string, "fired" | "cancelled" | "cancels"> },
): void {
  const at = open.findLastIndex(({ of, delayed }) => token !== "" && delayed.token === token && of.address.id === by.address.id);
  const [found] = at < 0 ? [] : open.splice(at, 1);
  if (found !== undefined) fates.set(found.key, "cancelled");
}

/** Returns the oldest one that was due. */
function bestOf(open: readonly Asked[], { caller, target, value, atMs }: MessageView): Asked | undefined {
  const fits = open.filter(
    ({ of, delayed }) =>
      caller !== null &&
      of.address.type === caller.type &&
      of.address.id === caller.id &&
      delayed.target?.type === target.type &&
      delayed.target.id === target.id &&
      delayed.value?.typename === value.typename &&
      delayed.value.base64 === value.base64 &&
      (delayed.dueMs ?? 0) <= atMs,
  );
  return fits.toSorted((left, right) => (left.delayed.dueMs ?? 0) - (right.delayed.dueMs ?? 0))[0];
}
