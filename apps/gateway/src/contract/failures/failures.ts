/**
 * failures: entities that need a person or a moment, grouped by what failed, and the causes that are remembered (failure-causes.ts).
 */
import { z } from "zod";
import { entityDetail } from "../entities/entities.ts";
import { failureCauses } from "./failure-causes.ts";
import { nothing, query } from "../operation.ts";

export const failureGroup = z.strictObject({
  fingerprint: z.string(),
  code: z.string(),
  message: z.string(),
  cure: z.string(),
  type: z.string(),
  status: z.enum(["parked", "backing-off", "waiting"]),
  /** Of the entities, those that are parked; `status` is that of the worst one. */
  entities: z.number(),
  parked: z.number(),
  /**
   * Messages that wait for an endpoint that is held up as a whole. `type` is then its functions text, and `sample` the entity that opened
   * its breaker.
   */
  waitingMessages: z.number().nullable(),
  firstMs: z.number(),
  lastMs: z.number(),
  sample: z.array(entityDetail),
});
export type FailureGroup = z.output<typeof failureGroup>;

export const failures = {
  ...failureCauses,
  groups: query({
    summary: "What fails, grouped by cause",
    access: "read",
    scope: "namespaces",
    input: nothing,
    output: z.array(failureGroup),
    problems: [],
    http: { method: "GET", path: "/v1/failures", under: "groups" },
    mcp: [{ tool: "failures", about: "Each group has its cause, its cure and some of its entities." }],
  }),
} as const;
