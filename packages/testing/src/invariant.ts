/**
 * Invariant: what must hold, in the user's words. `always` is asked after everything that happens, `at rest` once nothing is left to do.
 * Neighbours: mirror.ts is what it looks at, world.ts asks it.
 */
import type { WorldView } from "./mirror.ts";

export interface Invariant {
  readonly name: string;
  readonly when: "always" | "at rest";
  /** False or a text: it does not hold (and why). */
  readonly holds: (view: WorldView) => boolean | string;
}

/** undefined: it holds. A check that throws does not. */
export function violation({ name, holds }: Invariant, view: WorldView): string | undefined {
  try {
    const said = holds(view);
    if (said === true) return undefined;
    return said === false ? `"${name}" does not hold` : `"${name}" does not hold: ${said}`;
  } catch (error) {
    return `"${name}" threw: ${error instanceof Error ? error.message : String(error)}`;
  }
}
