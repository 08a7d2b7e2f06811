/** The simulator's public names, exported as @signalbox/engine/testing. The conformance suites need vitest and are imported by path. */
export { Prng } from "./prng.ts";
export { Scheduler } from "./scheduler.ts";
export { SimulationFailure } from "./trace.ts";
export { runWorld, type Mutations, type WorldResult, type WorldStats } from "./world.ts";
