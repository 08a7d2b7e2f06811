/**
 * EntityHistory: the records of an entity, each with what the journal does not keep: who edited and why (the audit knows the record's
 * number), and which revision of its module was in force. Neighbours: edit-state.ts names the record for the audit, revision-then.ts.
 * Guarantee: what audit and catalog do not know is null; the history does not depend on them.
 */
import type { Address, JournalRecord } from "@signalbox/runtime";
import { z } from "zod";
import { entities } from "../../contract/entities/entities.ts";
import type { HistoryEntryView } from "../../contract/shapes/journal.ts";
import { journalEntry } from "../../views/entity-views.ts";
import { reachOf } from "../../views/past.ts";
import { subjectOf } from "../audit/audit-trail.ts";
import { inTime } from "../in-time.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";
import { recordText } from "./edit-state.ts";
import { revisionsThen } from "./revision-then.ts";

type Parts = Pick<ServiceParts, "engine" | "values" | "audit" | "modules">;
type Edit = NonNullable<HistoryEntryView["edit"]>;

/** How much later than its edit an audit entry may be: it is written after the edit is on disk, and waits for the catalog. */
const entryLateMsMax = 60_000;
const entryEarlyMsMax = 5_000;
const entriesReadMax = 500;

export function entityHistory(parts: Parts): ServiceOf<"entities">["history"] {
  const { engine, audit } = parts;
  const revisionOf = revisionsThen(parts);
  return async (_principal, { type, id, cursor, limit }) => {
    const address = { type, id };
    const found = await engine.history({ address, cursor: cursor ?? undefined, limit });
    const [edits, revisions] = await Promise.all([
      inTime(editsOf(audit, address, found.items), new Map<number, Edit>()),
      inTime(revisionOf(found.items), new Map<JournalRecord, HistoryEntryView["revision"]>()),
    ]);
    return {
      items: found.items.map((record) => ({
        ...journalEntry(record, parts),
        edit: edits.get(record.sequence) ?? null,
        revision: revisions.get(record) ?? null,
      })),
      cursor: found.cursor ?? null,
      reach: await reachOf(engine),
    };
  };
}

/** The edits by record number. An entry from another gateway's journal may have the same number, but its time does not fit. */
async function editsOf(
  audit: Pick<Parts["audit"], "within">,
  address: Address,
  records: readonly JournalRecord[],
): Promise<ReadonlyMap<number, Edit>> {
  const edited = records.filter(({ outcome }) => outcome.kind === "act" && outcome.act === "edit-state");
  const times = edited.map(({ endedMs }) => endedMs);
  if (times.length === 0) return new Map();
  const entries = await audit.within({
    operation: "entities.editState",
    subject: subjectOf(entities.editState, address),
    fromMs: Math.min(...times) - entryEarlyMsMax,
    untilMs: Math.max(...times) + entryLateMsMax,
    limit: entriesReadMax,
  });
  return new Map(
    edited.flatMap(({ sequence, endedMs }) => {
      const entry = entries.find(
        ({ after, atMs }) => after === recordText(sequence) && atMs >= endedMs - entryEarlyMsMax && atMs <= endedMs + entryLateMsMax,
      );
      return entry === undefined ? [] : [[sequence, { by: entry.name, reason: reasonIn(entry.input) }] as const];
    }),
  );
}

const toldInput = z.object({ reason: z.string().optional() });

/** Null also when the audit has cut the input. */
function reasonIn(input: string): string | null {
  try {
    const { reason = "" } = toldInput.parse(JSON.parse(input));
    return reason === "" ? null : reason;
  } catch {
    return null;
  }
}
