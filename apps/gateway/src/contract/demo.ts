/** demo: the bundled examples, started and stopped by the gateway. */
import { z } from "zod";
import { done, mutation, nothing, query } from "./operation.ts";

const demoName = z.enum(["shop", "ride-sharing"]);
export type DemoName = z.output<typeof demoName>;

const which = z.strictObject({ name: demoName.optional() }).optional();

export const demo = {
  status: query({
    summary: "The demos there are, and which of them run",
    access: "read",
    scope: "gateway",
    input: nothing,
    output: z.strictObject({
      running: z.boolean(),
      demos: z.array(
        z.strictObject({ name: demoName, title: z.string(), about: z.string(), running: z.boolean(), note: z.string().optional() }),
      ),
    }),
    problems: [],
  }),
  start: mutation({
    summary: "Start a demo: its functions, its module, its traffic (the shop unless named)",
    access: "admin",
    scope: "gateway",
    input: which,
    output: done,
    problems: ["DEMO_FAILED"],
    subject: ["name"],
  }),
  stop: mutation({
    summary: "Stop a demo and remove its module (all that run unless named)",
    access: "admin",
    scope: "gateway",
    input: which,
    output: done,
    problems: [],
    subject: ["name"],
  }),
} as const;
