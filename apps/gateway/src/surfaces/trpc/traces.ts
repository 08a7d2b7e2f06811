/**
 * traces: what followed from one ingress message, read from the journal. The list is newest first, by
 * first message.
 */
import type { JournalRecord, TraceSummary } from "@signalbox/engine";
import { z } from "zod";
import type { Context } from "./context.ts";
import { addressView, journalEntry } from "../../services/entities/entity-views.ts";
import { procedure, router } from "./init.ts";
import { page } from "../../contract/inputs.ts";
import { pastOf, reachOf } from "../../services/eras/past.ts";
import { storyOf, traceWaits } from "../../services/traces/trace-story.ts";
import type { TraceDetail, TraceRow } from "../../contract/views.ts";

const traceRecordsMax = 500;

export const tracesRouter = router({
  list: procedure.input(z.object(page)).query(async ({ ctx, input }) => {
    const found = await ctx.engine.traces({ cursor: input.cursor ?? undefined, limit: input.limit });
    return {
      items: found.items.map((summary) => traceRow(ctx, summary)).filter((row): row is TraceRow => row !== null),
      cursor: found.cursor ?? null,
      reach: await reachOf(ctx.engine),
    };
  }),

  get: procedure.input(z.object({ trace: z.number().int().nonnegative() })).query(async ({ ctx, input }): Promise<TraceDetail> => {
    const found = await ctx.engine.trace(input.trace, { recordsMax: traceRecordsMax });
    const { records, complete } = found;
    return {
      trace: input.trace,
      records: records.map((record) => journalEntry(record, ctx)),
      complete,
      story: await storyOf(ctx, input.trace, records),
      waits: complete ? [] : await traceWaits(ctx.engine, input.trace, records),
    };
  }),
});

function traceRow(ctx: Context, { trace, records, complete }: TraceSummary): TraceRow | null {
  const first = records[0];
  const head = first?.messages.find((message) => message.trace === trace) ?? first?.messages[0];
  if (first === undefined || head === undefined) return null;
  return {
    trace,
    atMs: head.atMs,
    target: addressView(first.address),
    valueType: head.value.typename,
    preview: ctx.values.preview(head.value),
    hops: records.filter((record) => record.outcome.kind === "completed").length,
    status: statusOf(records, complete),
    past: pastOf(ctx.engine, trace),
  };
}

/** Parked while the newest word of any of its entities is "parked". */
function statusOf(records: readonly JournalRecord[], complete: boolean): TraceRow["status"] {
  const last = new Map<string, JournalRecord["outcome"]["kind"]>();
  for (const record of records)
    if (record.outcome.kind !== "act") last.set(`${record.address.type}/${record.address.id}`, record.outcome.kind);
  if ([...last.values()].includes("parked")) return "parked";
  return complete ? "completed" : "running";
}
