/** ComputeTask: what crosses to the compute thread and back; plain data both ways. */
import type { LookedUp } from "../shape/json-look-up.ts";
import type { ModuleParse, ModuleText } from "../modules/parsed-module.ts";

export type ComputeTask =
  | { readonly kind: "parse-module"; readonly text: ModuleText }
  | { readonly kind: "check-descriptors"; readonly bytes: Uint8Array }
  /** What stands at each pointer of a body of JSON. */
  | { readonly kind: "look-up"; readonly bytes: Uint8Array; readonly pointers: readonly string[] }
  /** Only tests ask for it: a task that never ends. */
  | { readonly kind: "spin" };

/** What each task answers. */
export interface ComputeAnswers {
  readonly "parse-module": ModuleParse;
  /** Undefined: nothing is wrong. */
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
