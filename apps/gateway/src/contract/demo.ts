/** demo: the bundled example, started and stopped by the gateway. */
import { z } from "zod";
import { done, mutation, nothing, query } from "./operation.ts";

export const demo = {
  status: query({
    summary: "Whether the demo runs",
    access: "read",
    scope: "gateway",
    input: nothing,
    output: z.strictObject({ running: z.boolean() }),
    problems: [],
  }),
  start: mutation({
    summary: "Start the demo: its functions, its module, its traffic",
    access: "admin",
    scope: "gateway",
    input: nothing,
    output: done,
    problems: ["DEMO_FAILED"],
  }),
  stop: mutation({
    summary: "Stop the demo and remove its module",
    access: "admin",
    scope: "gateway",
    input: nothing,
    output: done,
    problems: [],
  }),
} as const;
