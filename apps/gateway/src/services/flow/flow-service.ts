/** The verbs of the live side: the overview's numbers, the graph, the tail's past. */
import { pastRows } from "../../flow/past-rows.ts";
import { hottestEntities } from "./hottest-entities.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";

export function overviewService({ flow }: Pick<ServiceParts, "flow">): ServiceOf<"overview"> {
  return {
    summary: () => flow.summary(),
    pulse: () => {
      const summary = flow.summary();
      return { ...summary, lamp: summary.indicator };
    },
    timeline: () => flow.timeline(),
  };
}

export function flowService({
  flow,
  engine,
  values,
  masks,
}: Pick<ServiceParts, "flow" | "engine" | "values" | "masks">): ServiceOf<"flow"> {
  return {
    graph: () => flow.graph(),
    hottest: (_principal, asked) => hottestEntities({ flow, engine }, asked),
    past: (_principal, { cursor, ...page }, { signal }) =>
      pastRows({ engine, values, masks }, { cursor: cursor ?? undefined, ...page, signal }),
  };
}
