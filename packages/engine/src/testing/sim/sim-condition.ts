/**
 * SimCondition: conditions of breakpoints in simulated worlds: over the number of a message, as text that partitions compile, some of them slow to look.
 * Neighbours: sim-breakpoints.ts (people who set them), oracles/breakpoint-oracle.ts (tells the same in other words).
 */
import type { CompileCondition } from "../../model/message-condition.ts";
import { decodeEnvelope } from "../oracles/interpreter.ts";

export interface SimCondition {
  /** Holds every so many-th message. */
  readonly every: number;
  /** Of each so many-th it cannot tell. */
  readonly unclearEvery: number;
  readonly weight: number;
}

export function simConditionOf(text: string): SimCondition {
  return JSON.parse(text) as SimCondition;
}

export const compileSimCondition: CompileCondition = (text) => {
  const { every, unclearEvery, weight } = simConditionOf(text);
  return {
    weight,
    look({ value }) {
      const { id } = decodeEnvelope(value).program;
      if (id % unclearEvery === 0) throw new Error(`nobody can tell of ${id}`);
      return id % every === 0 ? { kind: "fits" } : { kind: "differs" };
    },
  };
};
