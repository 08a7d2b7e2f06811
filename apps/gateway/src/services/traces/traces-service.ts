/** The verbs of traces; trace-story.ts says what is known of one. */
import { EngineError, ifAble, type JournalMessage, type JournalRecord, type TraceSummary } from "@signalbox/runtime";
import type { TraceRow } from "../../contract/messages/traces.ts";
import { addressView, journalEntry } from "../../views/entity-views.ts";
import { filterOf } from "../../shared/filter/filter-of.ts";
import { filteredPage } from "../../views/filtered-page.ts";
import { pastOf, reachOf } from "../../views/past.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";
import { hopTiming } from "./hop-timing.ts";
import { traceFields } from "./trace-fields.ts";
import { storyOf, traceWaits } from "./trace-story.ts";

const traceRecordsMax = 500;
const watchedForMs = 30_000;

type Parts = Pick<ServiceParts, "engine" | "values" | "hops">;

export function tracesService(parts: Parts): ServiceOf<"traces"> {
  const { engine, hops } = parts;
  return {
    async list(_principal, { cursor, limit, filter: text }, { signal }) {
      const filter = filterOf(text, "trace");
      const nowMs = Date.now();
      const found = await filteredPage({
        read: async (page) => {
          const { items, cursor: next } = await engine.traces(page);
          return { items: items.map((summary) => traceRow(parts, summary)).filter((trace) => trace !== null), cursor: next };
        },
        look: (trace) => filter.look(traceFields({ ...trace, values: parts.values, nowMs })),
        cursor: cursor ?? undefined,
        limit,
        signal,
      });
      return {
        items: found.items.map(({ row }) => row),
        cursor: found.cursor ?? null,
        reach: await reachOf(engine),
        looked: found.looked,
      };
    },

    async get(_principal, { trace }) {
      const { records, complete } = await engine.trace(trace, { recordsMax: traceRecordsMax });
      if (!complete) await watchOn(parts, trace);
      return {
        trace,
        records: records.map((record) => journalEntry(record, parts)),
        complete,
        story: await storyOf(parts, trace, records),
        waits: complete ? [] : await traceWaits(engine, trace, records),
        timings: records.map((record) => hopTiming(hops, record)),
      };
    },
  };
}

/**
 * Tells the engine to watch the trace, so that from now on nothing of it is estimated. It ends when nobody has asked for some time; the
 * page asks again while the trace goes on. An engine that takes no commands now can still show the trace.
 */
async function watchOn({ engine }: Parts, trace: number): Promise<void> {
  try {
    await ifAble(() => engine.watchTrace(trace, watchedForMs), undefined);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
  }
}

/** A row of the list, with the trace's first message. */
function traceRow({ engine, values }: Parts, { trace, records, complete }: TraceSummary): { row: TraceRow; head: JournalMessage } | null {
  const first = records[0];
  const head = first?.messages.find((message) => message.trace === trace) ?? first?.messages[0];
  if (first === undefined || head === undefined) return null;
  const row: TraceRow = {
    trace,
    atMs: head.atMs,
    target: addressView(first.address),
    valueType: head.value.typename,
    preview: values.preview(head.value),
    hops: records.filter((record) => record.outcome.kind === "completed").length,
    status: statusOf(records, complete),
    // Where the journal no longer has the beginning, the first record that is left may be of another entity.
    past: pastOf(engine, { sequence: trace, id: head.sequence === trace ? first.address.id : undefined }),
  };
  return { row, head };
}

/** A trace is parked while the newest record of any of its entities says "parked". */
function statusOf(records: readonly JournalRecord[], complete: boolean): TraceRow["status"] {
  const last = new Map<string, JournalRecord["outcome"]["kind"]>();
  for (const record of records)
    if (record.outcome.kind !== "act") last.set(`${record.address.type}/${record.address.id}`, record.outcome.kind);
  if ([...last.values()].includes("parked")) return "parked";
  return complete ? "completed" : "running";
}
