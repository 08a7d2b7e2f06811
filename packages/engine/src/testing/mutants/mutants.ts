/**
 * Mutants: planted bugs. Each breaks one promise by injection (a replaced method of the engine, or a port that breaks its rules), and some
 * world must fail within the stated number of seeds. That shows that the oracles see what they exist for. Run one with
 * `npm run sim -- --mutant <name>`; test/simulation-mutants.test.ts runs them all. Neighbours: partition-mutants.ts (those between
 * partitions), planting.ts (how a bug is planted).
 */
import { breakpointMutants } from "./breakpoint-mutants.ts";
import { callMutants } from "./call-mutants.ts";
import { caughtSeeds } from "./caught-seeds.ts";
import { clockMutants } from "./clock-mutants.ts";
import { coldMutants } from "./cold-mutants.ts";
import { durabilityMutants } from "./durability-mutants.ts";
import { entityMutants } from "./entity-mutants.ts";
import { erasureMutants } from "./erasure-mutants.ts";
import { fairnessMutants } from "./fairness-mutants.ts";
import { frameMutants } from "./frame-mutants.ts";
import { headersMutants } from "./headers-mutants.ts";
import { limitMutants } from "./limit-mutants.ts";
import type { Mutant } from "./mutant.ts";
import { logMutants } from "./log-mutants.ts";
import { onceMutants } from "./once-mutants.ts";
import { pastMutants } from "./past-mutants.ts";
import { partitionMutants } from "./partition-mutants.ts";
import { watchMutants } from "./watch-mutants.ts";
import { SimulationFailure } from "../sim/trace.ts";
import { runWorld } from "../sim/world.ts";

export const mutants: readonly Mutant[] = [
  ...durabilityMutants,
  ...onceMutants,
  ...entityMutants,
  ...clockMutants,
  ...coldMutants,
  ...fairnessMutants,
  ...breakpointMutants,
  ...frameMutants,
  ...callMutants,
  ...headersMutants,
  ...limitMutants,
  ...logMutants,
  ...partitionMutants,
  ...pastMutants,
  ...erasureMutants,
  ...watchMutants,
];

export interface Caught {
  readonly seed: number;
  readonly report: string;
}

/**
 * A world among the stated seeds that fails: the one that caught the bug last time, or else the first; undefined when no world catches it.
 * Which one it is says nothing about the oracles, and running most worlds before it each time would be a waste.
 */
export async function catchMutant(mutant: Mutant): Promise<Caught | undefined> {
  for (const seed of seedsInOrder(mutant)) {
    // The bug is planted anew for each world, so that a world depends on its seed alone.
    const takeOut = mutant.plant?.();
    try {
      await (mutant.world ?? runWorld)(String(seed), mutant.ports);
    } catch (error) {
      if (error instanceof SimulationFailure) return { seed, report: error.message };
      throw error;
    } finally {
      takeOut?.();
    }
  }
  return undefined;
}

function seedsInOrder({ name, seedsMax }: Mutant): readonly number[] {
  const seeds = Array.from({ length: seedsMax }, (_, index) => index + 1);
  const last = caughtSeeds[name];
  // After a change of the simulator, seeds draw other worlds. Then all seeds are searched again.
  return last === undefined || last > seedsMax ? seeds : [last, ...seeds.filter((seed) => seed !== last)];
}
