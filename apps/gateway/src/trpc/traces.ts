/**
 * traces: what followed from one ingress message, read from the journal. The list pages through the journal's records newest first
 * and shows each trace once per page, at its newest record.
 */
import type { JournalRecord } from "@signalbox/engine";
import { z } from "zod";
import { GatewayError } from "../http/problem.ts";
import type { Context } from "./context.ts";
import { addressView, journalEntry } from "./entity-views.ts";
import { procedure, router } from "./init.ts";
import { page } from "./inputs.ts";
import type { TraceDetail, TraceRow } from "./views.ts";

const traceRecordsMax = 500;
const journalPageRecords = 100;
const journalPagesMax = 5;

export const tracesRouter = router({
  list: procedure.input(z.object(page)).query(async ({ ctx, input }) => {
    const traces = new Set<number>();
    let cursor = input.cursor ?? undefined;
    for (let pages = 0; pages < journalPagesMax && traces.size < input.limit; pages += 1) {
      const wanted = Math.min(journalPageRecords, input.limit - traces.size);
      const found = await ctx.engine.journal({ cursor, limit: wanted });
      for (const record of found.items) for (const message of record.messages.slice(0, 1)) traces.add(message.trace);
      cursor = found.cursor;
      if (cursor === undefined) break;
    }
    const rows = await Promise.all([...traces].slice(0, input.limit).map((trace) => traceRow(ctx, trace)));
    return { items: rows.filter((row): row is TraceRow => row !== null), cursor: cursor ?? null };
  }),

  get: procedure.input(z.object({ trace: z.number().int().nonnegative() })).query(async ({ ctx, input }): Promise<TraceDetail> => {
    const found = await ctx.engine.trace(input.trace, { recordsMax: traceRecordsMax });
    if (found.records.length === 0 && found.complete) {
      throw new GatewayError("UNKNOWN_TRACE", {
        detail: `The journal holds nothing of trace ${input.trace}.`, where: "trace",
        cure: "The journal keeps records for a limited time and size; open a newer trace.",
      });
    }
    return { trace: input.trace, records: found.records.map((record) => journalEntry(record, ctx.values)), complete: found.complete };
  }),
});

async function traceRow(ctx: Context, trace: number): Promise<TraceRow | null> {
  const { records, complete } = await ctx.engine.trace(trace, { recordsMax: 100 });
  const first = records[0];
  const head = first?.messages.find((message) => message.trace === trace) ?? first?.messages[0];
  if (first === undefined || head === undefined) return null;
  return {
    trace, atMs: head.atMs, target: addressView(first.address), valueType: head.value.typename, preview: ctx.values.preview(head.value),
    hops: records.filter((record) => record.outcome.kind === "completed").length, status: statusOf(records, complete),
  };
}

/** Parked while the newest word of any of its entities is "parked". */
function statusOf(records: readonly JournalRecord[], complete: boolean): TraceRow["status"] {
  const last = new Map<string, JournalRecord["outcome"]["kind"]>();
  for (const record of records) if (record.outcome.kind !== "act") last.set(`${record.address.type}/${record.address.id}`, record.outcome.kind);
  if ([...last.values()].includes("parked")) return "parked";
  return complete ? "completed" : "running";
}
