/** demo: the bundled examples, started and stopped by the gateway. */
import { z } from "zod";
import { done, mutation, nothing, query } from "../operation.ts";

/** The examples that consist of one service. */
export const exampleNames = [
  "greeter-javascript",
  "greeter-typescript",
  "greeter-python",
  "greeter-java",
  "greeter-go",
  "greeter-rust",
  "classifier",
] as const;

const demoName = z.enum(["shop", "ride-sharing", ...exampleNames]);
export type DemoName = z.output<typeof demoName>;

const demoRow = z.strictObject({
  name: demoName,
  title: z.string(),
  about: z.string(),
  running: z.boolean(),
  note: z.string().optional(),
  /** What is done before it starts: a command that installs or builds. */
  preparing: z.string().optional(),
  /** Set when it cannot start here: what is missing, and the command that installs it. */
  missing: z.strictObject({ name: z.string(), programs: z.array(z.string()), install: z.string() }).optional(),
});
export type DemoRow = z.output<typeof demoRow>;

const which = z.strictObject({ name: demoName.optional() }).optional();

export const demo = {
  status: query({
    summary: "The demos there are, and which of them run",
    access: "read",
    scope: "gateway",
    input: nothing,
    output: z.strictObject({
      running: z.boolean(),
      demos: z.array(demoRow),
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
