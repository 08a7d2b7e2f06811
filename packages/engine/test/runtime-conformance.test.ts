/**
 * The embedded engine behind the Runtime port, in virtual time: with one partition and with several it passes the suite of every runtime.
 */
import { describeRuntimeConformance, type RuntimeStand } from "@signalbox/runtime/testing";
import type { InvocationOutcome, InvocationRequest } from "@signalbox/runtime/model/invocation";
import { runtimeOf, Watchers } from "../src/open-runtime.ts";
import { partitionsOf } from "../src/testing/engine-inside.ts";
import { EngineHarness } from "./engine-harness.ts";

for (const partitions of [1, 3]) {
  describeRuntimeConformance({
    name: `the engine (partitions: ${partitions})`,
    lacks: [],
    async open(call: (request: InvocationRequest) => Promise<InvocationOutcome>): Promise<RuntimeStand> {
      const watchers = new Watchers();
      const harness = new EngineHarness({ run: call, observe: (event) => watchers.on(event), partitions });
      const engine = await harness.open();
      // Otherwise all of this would be said of one partition.
      if (partitionsOf(engine).length !== partitions) throw new Error(`the engine has ${partitionsOf(engine).length} partitions`);
      return {
        runtime: runtimeOf(engine, { watchers }),
        run: (promise) => harness.run(promise),
        until: (reached) => harness.until(reached),
      };
    },
  });
}
