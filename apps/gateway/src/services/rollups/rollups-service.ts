/** The verbs of rollups: ranges of the kept numbers as named columns. Neighbour: rollups/rollups.ts asks the thread that keeps them. */
import { rollupEdgeValues, type RollupRowView } from "../../contract/overview/rollups.ts";
import { stepFor } from "../../rollups/rollup-series.ts";
import type { RollupKey } from "../../rollups/rollup.ts";
import type { RollupRange, RollupSeries } from "../../rollups/rollup-question.ts";
import { rollupFineAgeMs, rollupValueNames } from "../../shared/rollup-values.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";

export function rollupsService({ rollups }: Pick<ServiceParts, "rollups">): ServiceOf<"rollups"> {
  return {
    async range(_principal, { of, values, ...asked }) {
      const key = of as RollupKey;
      const range = grid(asked, key);
      const [[series], { fromMs: reachMs }] = await Promise.all([
        rollups.ask<"range">({ kind: "range", range, keys: [key] }),
        rollups.ask<"reach">({ kind: "reach" }),
      ]);
      if (series === undefined) throw new Error("a range was answered without its series");
      return { fromMs: range.fromMs, stepMs: range.stepMs, reachMs, ...columns(series, values) };
    },

    async busiest(_principal, { of, touching, limit, values, ...asked }) {
      const range = grid(asked, `${of}:`);
      const { series, known } = await rollups.ask<"busiest">({ kind: "busiest", range, of, limit, touching });
      const chosen = of === "edge" && values === "" ? rollupEdgeValues.join(",") : values;
      const rows = series.map((one) => ({ name: one.key.slice(of.length + 1), ...columns(one, chosen) }));
      return { fromMs: range.fromMs, stepMs: range.stepMs, known, rows };
    },

    async marks(_principal, range) {
      return [...(await rollups.ask<"marks">({ kind: "marks", range }))];
    },
  };
}

/**
 * Aligns a range to whole kept steps (for types and endpoints ten seconds at first, later minutes), without buckets that have not begun.
 */
function grid({ fromMs, toMs, stepMs }: RollupRange, key: RollupKey): RollupRange {
  const nowMs = Date.now();
  const kept = key !== "" && fromMs < nowMs - rollupFineAgeMs ? 60_000 : stepFor(stepMs, key);
  const step = Math.ceil(stepMs / kept) * kept;
  return { fromMs: Math.floor(fromMs / step) * step, toMs: Math.min(toMs, nowMs), stepMs: step };
}

function columns({ values, p50, p95, p99, overall }: RollupSeries, chosen: string): Omit<RollupRowView, "name"> {
  const wanted = chosen === "" ? undefined : new Set(chosen.split(","));
  const named = Object.fromEntries(
    rollupValueNames.flatMap((name, place) => (wanted?.has(name) === false ? [] : [[name, [...(values[place] ?? [])]]])),
  );
  return {
    values: named as RollupRowView["values"],
    p50Ms: [...p50],
    p95Ms: [...p95],
    p99Ms: [...p99],
    overall: { p50Ms: overall.p50, p95Ms: overall.p95, p99Ms: overall.p99 },
  };
}
