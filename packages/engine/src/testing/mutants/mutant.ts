/** Mutant: one planted bug: what it breaks, how it gets in, and what the oracle says that must see it (mutants.ts, partition-mutants.ts). */
import type { Mutations } from "../sim/world-result.ts";

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
}
