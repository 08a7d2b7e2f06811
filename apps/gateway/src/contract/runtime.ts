/** runtime: what stands below the gateway, and what it can and cannot do, for whoever would show an action that nobody can perform. */
import { capabilityTexts, type Capability } from "@signalbox/runtime";
import { z } from "zod";
import { nothing, query } from "./operation.ts";

const capabilityNames = Object.keys(capabilityTexts) as [Capability, ...Capability[]];

export const runtimeView = z.strictObject({
  /** `embedded`, `memory`, … */
  name: z.string(),
  capabilities: z.array(
    z.strictObject({
      name: z.enum(capabilityNames),
      /** What it is to be able to, as in "take savepoints and restore them". */
      text: z.string(),
      able: z.boolean(),
      /** Why not, and what to do; empty where it is able. */
      reason: z.string(),
      cure: z.string(),
    }),
  ),
});
export type RuntimeView = z.output<typeof runtimeView>;
export type CapabilityView = RuntimeView["capabilities"][number];

export const runtimeOperations = {
  capabilities: query({
    summary: "What the runtime below this gateway can do, and why it cannot do the rest",
    access: "read",
    scope: "gateway",
    input: nothing,
    output: runtimeView,
    problems: [],
    http: { method: "GET", path: "/v1/runtime" },
  }),
} as const;
