/** The simulator's public names, exported as @signalbox/engine/testing. The conformance suites need vitest and are imported by path. */
export { markNames, type MarkName } from "../core/mark.ts";
export { Faults, faultNames, type FaultName } from "./faults.ts";
export { Prng } from "./prng.ts";
export { Scheduler } from "./scheduler.ts";
export { SimulationFailure } from "./trace.ts";
export { runWorld } from "./world.ts";
export { repeatArguments } from "./world-report.ts";
export type { Mutations, WorldResult, WorldStats } from "./world-result.ts";
export type { Mutant } from "./mutant.ts";
export { catchMutant, mutants } from "./mutants.ts";
export { shrinkWorld } from "./shrink.ts";
export { VirtualEngine, type VirtualEngineOptions } from "./virtual-engine.ts";
export { callOverTheWire } from "./call-over-the-wire.ts";
