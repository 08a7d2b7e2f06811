/**
 * SimCondition: conditions of breakpoints in simulated worlds: expressions over the number of a message, as text that partitions compile;
 * some of them are slow to evaluate. Neighbours: sim-breakpoints.ts (people who set them), oracles/breakpoint-oracle.ts (evaluates the same
 * on its own).
 */
import type { CompileCondition } from "@signalbox/runtime/model/message-condition";
import { decodeEnvelope } from "../oracles/interpreter.ts";

export interface SimCondition {
  /** The condition holds every n-th message. */
  readonly every: number;
  /** It cannot be evaluated for every n-th message. */
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
