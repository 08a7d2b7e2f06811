/** UndoneWork: sums up the records of the journal that a restore takes back. Pure. Neighbour: undone-scan.ts reads them. */
import type { JournalRecord } from "@signalbox/runtime";
import type { UndoneWork } from "../../contract/savepoints/savepoints.ts";

export interface Work {
  records: number;
  messagesIn: number;
  readonly entities: Set<string>;
  edits: number;
  readonly egress: Map<string, number>;
}

export function noWork(): Work {
  return { records: 0, messagesIn: 0, entities: new Set(), edits: 0, egress: new Map() };
}

export function countUndone(work: Work, { outcome, messages, address, egress }: JournalRecord): void {
  work.records++;
  if (outcome.kind === "act") work.edits++;
  if (outcome.kind === "completed") for (const { caller } of messages) if (caller === undefined) work.messagesIn++;
  work.entities.add(`${address.type}/${address.id}`);
  for (const sent of egress) work.egress.set(sent.egress, (work.egress.get(sent.egress) ?? 0) + 1);
}

export function undoneWork(work: Work, { whole }: { readonly whole: boolean }): UndoneWork {
  return {
    invocations: work.records - work.edits,
    messagesIn: work.messagesIn,
    entities: work.entities.size,
    acts: work.edits,
    atLeast: !whole,
  };
}
