/**
 * Conditions: how a partition gets the condition of a breakpoint compiled: by a module that the composition root names, which is loaded
 * with the first condition and not before. Neighbours: local-partition.ts (asks), core/tables/breakpoint-table.ts (looks). Guarantee: a
 * compiled condition never throws; a message that it cannot judge is held, with the reason.
 */
import type { BreakpointSpec } from "@signalbox/runtime/model/breakpoint";
import { EngineError } from "@signalbox/runtime/model/engine-error";
import type { CompileCondition, MessageCondition } from "@signalbox/runtime/model/message-condition";

/** Loads the compiler of conditions. */
export type LoadConditions = () => Promise<CompileCondition>;

export function conditionsOf(module: string | undefined): LoadConditions | undefined {
  if (module === undefined) return undefined;
  return async () => {
    const loaded = (await import(module)) as { compileCondition?: CompileCondition };
    if (typeof loaded.compileCondition !== "function") throw new Error(`${module} exports no compileCondition`);
    return loaded.compileCondition;
  };
}

/** Undefined: the breakpoint holds all messages. Rejects CAPABILITY_MISSING. */
export async function conditionOf(
  { condition: text }: BreakpointSpec,
  { load, basis }: { load: LoadConditions | undefined; basis: unknown },
): Promise<MessageCondition | undefined> {
  if (text === undefined) return undefined;
  if (load === undefined)
    throw new EngineError("CAPABILITY_MISSING", "nothing here compiles the conditions of breakpoints", "Leave the condition out.");
  const compiled = (await load())(text, basis);
  return {
    weight: compiled.weight,
    look(message) {
      try {
        return compiled.look(message);
      } catch (error) {
        return { kind: "unclear", why: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}
