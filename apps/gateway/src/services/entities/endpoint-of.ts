/** endpointOf: which endpoint serves a type now. */
import type { Engine } from "@signalbox/runtime";

/** Null when none does. */
export function endpointOf(engine: Pick<Engine, "functionTypes">, type: string): string | null {
  return engine.functionTypes().find((row) => row.type === type)?.endpoint ?? null;
}
