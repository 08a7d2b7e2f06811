/**
 * Shrink: makes a failing world small. Faults are switched off one at a time and messages are halved, and whatever still fails is kept. A
 * finding other than the first counts too, because a smaller world is the better place to start.
 */
import type { FaultName } from "./faults.ts";
import { SimulationFailure } from "./trace.ts";
import { runWorld } from "./world.ts";
import type { Mutations } from "./world-result.ts";

export interface Shrunk {
  readonly mutations: Mutations;
  /** The faults that are left and that struck. */
  readonly faults: readonly FaultName[];
  readonly report: string;
  readonly worldsRun: number;
}

const messagesStart = 40;
const roundsMax = 12;

/** Undefined: the world does not fail. `plant` plants a bug and returns a function that removes it. */
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
  // A fault that is needed now may not be needed once another is gone, and other faults may strike instead.
  for (let round = 0, smaller = true; smaller && round < roundsMax; round++) {
    smaller = await attempt({ ...mutations, messagesMax: Math.floor((mutations.messagesMax ?? messagesStart) / 2) });
    for (const fault of failure.faults) smaller = (await attempt(without(fault))) || smaller;
  }
  return { mutations, faults: failure.faults, report: failure.message, worldsRun };
}
