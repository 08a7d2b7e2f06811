/** EmbeddedLoader: the result of loading the source of embedded functions, for checking a module before it is applied. */

import type { KeptFiles } from "./model/endpoint-spec.ts";

/** Why the source cannot be used; docs/errors.md lists the codes. */
export interface EmbeddedProblem {
  readonly code: EmbeddedProblemCode;
  readonly message: string;
  /** What to do, when the code alone does not say it. */
  readonly cure?: string | undefined;
  /** The line in the source, from 1; undefined when not known. */
  readonly line: number | undefined;
  readonly column: number | undefined;
}

export const embeddedProblemCodes = [
  "EMBEDDED_NOT_COMPILED",
  "EMBEDDED_NOT_LOADED",
  "EMBEDDED_NO_FUNCTIONS",
  "EMBEDDED_LOAD_TIMEOUT",
  "EMBEDDED_OUT_OF_MEMORY",
  "EMBEDDED_THREAD_STUCK",
] as const;
export type EmbeddedProblemCode = (typeof embeddedProblemCodes)[number];

export type LoadedEmbedded =
  /** `revision` follows from the files that were loaded: another one when any of them has changed. */
  | { readonly kind: "ok"; readonly types: readonly string[]; readonly revision: string; readonly kept?: KeptFiles | undefined }
  | { readonly kind: "refused"; readonly problem: EmbeddedProblem };
