/**
 * Blame: for each value of an entity who wrote it last, and who before that: which message of whom through which endpoint, or which act of
 * a person. Pure, over records newest first.
 */
import type { JournalRecord } from "../model/journal-record.ts";
import type { Blame, BlameQuery, ChangedBy, Records, ValueChange } from "./past.ts";

export async function foldBlame(
  records: Records,
  { recordsMax, changesMax }: Pick<BlameQuery, "recordsMax" | "changesMax">,
): Promise<Blame> {
  const values = new Map<string, { readonly changes: ValueChange[]; more: boolean }>();
  let recordsRead = 0;
  let complete = true;
  for await (const record of records) {
    if (recordsRead >= recordsMax) {
      complete = false;
      break;
    }
    recordsRead += 1;
    for (const { name, before, after } of record.state) {
      const value = values.get(name) ?? { changes: [], more: false };
      values.set(name, value);
      if (value.changes.length < changesMax)
        value.changes.push({ sequence: record.sequence, atMs: record.endedMs, by: changedBy(record), before, after });
      else value.more = true;
    }
  }
  return { values: [...values].map(([name, value]) => ({ name, ...value })), recordsRead, complete };
}

function changedBy({ outcome, messages, messagesTotal, endpoint }: JournalRecord): ChangedBy {
  if (outcome.kind === "act") return { kind: "act", act: outcome.act, detail: outcome.detail };
  return { kind: "function", message: messages[0], messagesTotal, endpoint };
}
