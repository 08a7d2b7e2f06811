/** The verbs of the past: reach, a moment, and the records of a piece of time. Neighbour: flow/past-window.ts reads the journal. */
import { ifAble } from "@signalbox/runtime";
import { recordRow } from "../../flow/row-sampler.ts";
import { SampledRows } from "../../flow/sampled-rows.ts";
import { dotsOf } from "../../flow/past-dots.ts";
import { momentOf, recordsWithin } from "../../flow/past-window.ts";
import { filterOf } from "../../shared/filter/filter-of.ts";
import { lookThrough } from "../../views/filtered-page.ts";
import { reachOf } from "../../views/past.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";

type Parts = Pick<ServiceParts, "engine" | "moments" | "values" | "masks" | "flow" | "rollups" | "retention">;

export function pastService({ engine, moments, values, masks, flow, rollups, retention }: Parts): ServiceOf<"past"> {
  return {
    async reach() {
      const [journal, kept] = await Promise.all([reachOf(engine), rollups.ask<"reach">({ kind: "reach" })]);
      const next = ifAble(() => engine.nextSequence(), 0);
      return {
        journal,
        numbered: journal === null ? 0 : Math.max(0, next - journal.sequence),
        rollupsMs: kept.fromMs,
        rollupBytes: kept.fileBytes,
        rollupBytesMax: kept.fileBytesMax,
        retention,
      };
    },

    async moment(_principal, { atMs }) {
      const record = await momentOf(moments, atMs);
      return { sequence: record?.sequence ?? null, recordMs: record?.endedMs ?? null };
    },

    async records(_principal, asked, { signal }) {
      const found = await recordsWithin(engine, { ...asked, signal, moments });
      const sampled = new SampledRows(found.records.map(recordRow), { values, masks, failedBefore: 0 });
      const filter = filterOf(asked.filter, "row");
      const nowMs = Date.now();
      const fitting = await lookThrough(
        found.records.map((_, place) => place),
        (place) => filter.look(sampled.fieldsAt(place, nowMs)),
      );
      return {
        rows: fitting.items.map(sampled.at),
        looked: fitting.looked,
        dots: dotsOf(found.records, flow.graph().edges),
        recordsRead: found.read,
        complete: found.complete,
        readToMs: found.readToMs,
      };
    },
  };
}
