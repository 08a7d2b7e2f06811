/**
 * Mutant: one planted bug: which promise it breaks, how it is planted, and what the oracle that must see it reports. A new one is an
 * object in the file of its kind (durability-mutants.ts, once-mutants.ts, …), and docs/guarantees.md names it as `planted` beside its
 * promise. Neighbour: mutants.ts lists all of them and runs one.
 */
import type { FaultName } from "../sim/faults.ts";
import type { Mutations } from "../sim/world-result.ts";

/** For bugs that only a rare order of calls shows; frames would change that order. */
export const withoutFrames: ReadonlySet<FaultName> = new Set<FaultName>(["framed"]);

export interface Mutant {
  readonly name: string;
  /** The promise and how it is broken. */
  readonly breaks: string;
  /** One of the seeds from 1 to this number must catch it; otherwise the oracles do not work. */
  readonly seedsMax: number;
  /** What the oracle for this promise reports. */
  readonly finding: RegExp;
  /** The bug as a port, or as a change of the engine's own code that is undone afterwards. */
  readonly ports?: Mutations;
  readonly plant?: () => () => void;
  /** The world that must see it; world.ts unless another one is given. */
  readonly world?: (seed: string, ports: Mutations | undefined) => Promise<unknown>;
}
