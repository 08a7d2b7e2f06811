/**
 * PastRows: the tail before it was opened: the newest records of the journal that fit its filter, as rows of the tail, newest first, page
 * by page. Attempts that failed leave no record, so they are in the live tail only. Neighbours: row-sampler.ts makes the same rows of
 * events, services/flow/flow-service.ts asks.
 */
import type { Engine, JournalRecord } from "@signalbox/runtime";
import type { Masks } from "../masking/masks.ts";
import type { PastRows } from "../contract/overview/flow.ts";
import { filterOf } from "../shared/filter/filter-of.ts";
import type { ValueCodec } from "../values/value-codec.ts";
import { filteredPage } from "../views/filtered-page.ts";
import { recordRow } from "./row-sampler.ts";
import { SampledRows } from "./sampled-rows.ts";

interface Asked {
  readonly cursor: string | undefined;
  readonly limit: number;
  readonly filter: string;
  readonly signal: AbortSignal;
}

export async function pastRows(
  { engine, values, masks }: { engine: Pick<Engine, "journal">; values: ValueCodec; masks: Masks },
  { cursor, limit, filter: text, signal }: Asked,
): Promise<PastRows> {
  const filter = filterOf(text, "row");
  const sampled = (record: JournalRecord): SampledRows => new SampledRows([recordRow(record)], { values, masks, failedBefore: 0 });
  const nowMs = Date.now();
  const found = await filteredPage({
    read: (page) => engine.journal(page),
    look: (record) => filter.look(sampled(record).fieldsAt(0, nowMs)),
    cursor,
    limit,
    signal,
  });
  return { rows: found.items.map((record) => sampled(record).at(0)), cursor: found.cursor ?? null, looked: found.looked };
}
