/**
 * ComputeTask: what goes to the compute thread and comes back; plain data both ways.
 */
import type { LookedUp } from "../shape/json-look-up.ts";
import type { ModuleParse, ModuleText } from "../modules/parsed-module.ts";

export type ComputeTask =
  | { readonly kind: "parse-module"; readonly text: ModuleText }
  | { readonly kind: "check-descriptors"; readonly bytes: Uint8Array }
  /** Returns the value at each pointer of a JSON body. */
  | { readonly kind: "look-up"; readonly bytes: Uint8Array; readonly pointers: readonly string[] }
  /** A task that never ends, for tests only. */
  | { readonly kind: "spin" };

/** The answer of each kind of task. */
export interface ComputeAnswers {
  readonly "parse-module": ModuleParse;
  /** Undefined when nothing is wrong. */
  readonly "check-descriptors": string | undefined;
  readonly "look-up": LookedUp;
  readonly spin: never;
}

export interface ComputeRequest {
  readonly id: number;
  readonly task: ComputeTask;
}

export type ComputeReply =
  | { readonly id: number; readonly kind: "done"; readonly answer: unknown }
  | { readonly id: number; readonly kind: "failed"; readonly message: string };
