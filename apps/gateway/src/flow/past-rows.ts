/**
 * PastRows: the tail before it was opened: the newest records of the journal as rows of the tail, newest first, page by page. Attempts that
 * failed leave no record, so they are in the live tail only. Neighbours: row-sampler.ts makes the same rows of events, services/flow/flow-service.ts asks.
 */
import type { Engine } from "@signalbox/runtime";
import type { ValueCodec } from "../values/value-codec.ts";
import type { PastRows } from "../contract/flow.ts";
import { recordRow } from "./row-sampler.ts";
import { SampledRows } from "./sampled-rows.ts";

export async function pastRows(
  { engine, values }: { engine: Pick<Engine, "journal">; values: ValueCodec },
  page: { cursor: string | undefined; limit: number },
): Promise<PastRows> {
  const found = await engine.journal(page);
  const sampled = new SampledRows(found.items.map(recordRow), { values, failedBefore: 0 });
  return { rows: found.items.map((_, place) => sampled.at(place)), cursor: found.cursor ?? null };
}
