/** StepContext: what a step of the core gets from its command besides the partition's state: the time, a draw, and where actions go. */
import type { Actions } from "./action.ts";

export interface StepContext {
  readonly nowMs: number;
  /** From 0 to below 1; for jitter. */
  readonly draw: number;
  readonly actions: Actions;
}
