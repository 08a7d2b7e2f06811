/** Mutant: one planted bug: what it breaks, how it gets in, and what the oracle says that must see it (mutants.ts, partition-mutants.ts). */
import type { FaultName } from "../sim/faults.ts";
import type { Mutations } from "../sim/world-result.ts";

/** For bugs that show by a rare order of calls, which frames would change. */
export const withoutFrames: ReadonlySet<FaultName> = new Set<FaultName>(["framed"]);

export interface Mutant {
  readonly name: string;
  /** The promise and how it is broken. */
  readonly breaks: string;
  /** Caught by one of the seeds 1 to this, or the oracles are blind. */
  readonly seedsMax: number;
  /** What the oracle that is there for it says. */
  readonly finding: RegExp;
  /** The bug as a port, or planted into the engine's own code until it is taken out again. */
  readonly ports?: Mutations;
  readonly plant?: () => () => void;
  /** The world that must see it; world.ts unless given. */
  readonly world?: (seed: string, ports: Mutations | undefined) => Promise<unknown>;
}
