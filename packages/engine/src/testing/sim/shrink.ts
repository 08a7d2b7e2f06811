/**
 * Shrink: a failing world made small: faults are switched off one at a time and messages halved, and what still fails is kept. Another
 * finding than the first counts too: the smaller world is the better start.
 */
import type { FaultName } from "./faults.ts";
import { SimulationFailure } from "./trace.ts";
import { runWorld } from "./world.ts";
import type { Mutations } from "./world-result.ts";

export interface Shrunk {
  readonly mutations: Mutations;
  /** The faults that are left and struck. */
  readonly faults: readonly FaultName[];
  readonly report: string;
  readonly worldsRun: number;
}

const messagesStart = 40;
const roundsMax = 12;

/** Undefined: the world does not fail. `plant` puts a bug in and returns how it is taken out. */
export async function shrinkWorld(seed: string, start: Mutations, plant?: () => () => void): Promise<Shrunk | undefined> {
  let worldsRun = 0;
  const failureOf = async (mutations: Mutations): Promise<SimulationFailure | undefined> => {
    worldsRun++;
    const takeOut = plant?.();
    try {
      await runWorld(seed, mutations);
      return undefined;
    } catch (error) {
      if (error instanceof SimulationFailure) return error;
      throw error;
    } finally {
      takeOut?.();
    }
  };
  let mutations = start;
  let failure = await failureOf(start);
  if (failure === undefined) return undefined;
  const attempt = async (smaller: Mutations): Promise<boolean> => {
    const found = await failureOf(smaller);
    if (found === undefined) return false;
    failure = found;
    mutations = smaller;
    return true;
  };
  const without = (fault: FaultName): Mutations => ({ ...mutations, faultsOff: new Set([...(mutations.faultsOff ?? []), fault]) });
  // What is needed now may not be once something else is gone, and other faults may strike instead.
  for (let round = 0, smaller = true; smaller && round < roundsMax; round++) {
    smaller = await attempt({ ...mutations, messagesMax: Math.floor((mutations.messagesMax ?? messagesStart) / 2) });
    for (const fault of failure.faults) smaller = (await attempt(without(fault))) || smaller;
  }
  return { mutations, faults: failure.faults, report: failure.message, worldsRun };
}
