/** The memory runtime behind the port passes the engine's suite, and refuses the facets that it lacks. */
import { expect } from "vitest";
import type { Clock } from "../src/clock.ts";
import { openMemoryRuntime } from "../src/memory/memory-runtime.ts";
import { describeRuntimeConformance } from "../src/testing/runtime-conformance.ts";

const clock: Clock = {
  nowMs: () => Date.now(),
  steadyMs: () => performance.now(),
  schedule: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

describeRuntimeConformance({
  name: "the memory runtime",
  lacks: ["savepoints", "breakpoints", "erasure"],
  open: async (call) => ({
    runtime: openMemoryRuntime({ call, clock }),
    run: (promise) => promise,
    until: (reached) => expect.poll(reached, { interval: 5 }).toBe(true),
  }),
});
