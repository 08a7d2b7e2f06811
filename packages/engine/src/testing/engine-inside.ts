/** EngineInside: how oracles look at the partition of an engine. Reading only; the engine's face does not offer it, and should not. */
import type { PartitionState } from "../core/partition-state.ts";
import type { EmbeddedEngine } from "../runtime/embedded-engine.ts";
import { PartitionProcessor } from "../runtime/partition-processor.ts";

export function partitionOf(engine: EmbeddedEngine): PartitionState {
  const processor: unknown = Reflect.get(engine, "processor");
  if (!(processor instanceof PartitionProcessor)) throw new Error("the engine has no partition processor");
  return processor.state;
}
