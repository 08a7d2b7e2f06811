/** The simulator's public names, exported as @signalbox/engine/testing. The conformance suites need vitest and are imported by path. */
export { coverageMarks, type CoverageMark } from "../core/coverage-mark.ts";
export { Faults, faultNames, Swarm, type FaultName } from "./sim/faults.ts";
export { Prng } from "./prng.ts";
export { Scheduler } from "./sim/scheduler.ts";
export { must, SimulationFailure, Trace } from "./sim/trace.ts";
export { armTripwire } from "./sim/tripwire.ts";
export { runWorld } from "./sim/world.ts";
export { runErasureWorld, type ErasureWorldResult } from "./sim/erasure-world.ts";
export { repeatArguments } from "./sim/world-report.ts";
export type { Mutations, WorldResult, WorldStats } from "./sim/world-result.ts";
export type { Mutant } from "./mutants/mutant.ts";
export { caughtSeeds } from "./mutants/caught-seeds.ts";
export { catchMutant, mutants } from "./mutants/mutants.ts";
export { shrinkWorld } from "./sim/shrink.ts";
export type { SavepointRow } from "../model/savepoint-rows.ts";
export { VirtualEngine, type VirtualEngineOptions } from "./virtual-engine.ts";
export { callOverTheWire } from "./sim/call-over-the-wire.ts";
export { CountedStore } from "./counted-store.ts";
