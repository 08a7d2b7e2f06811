/**
 * ConnectorFailure: what a connector throws when it knows more about a failure. `wait`: it is opened again by itself, not before afterMs.
 * `refused`: its configuration is wrong, and only a person can mend it. Any other exception counts as `wait`.
 */
import type { ConnectorProblem } from "./connector-state.ts";

export class ConnectorFailure extends Error {
  readonly kind: "wait" | "refused";
  readonly cure: string;
  readonly afterMs: number;

  constructor(kind: "wait" | "refused", { what, cure, afterMs = 0 }: ConnectorProblem & { readonly afterMs?: number }) {
    super(what);
    this.name = "ConnectorFailure";
    this.kind = kind;
    this.cure = cure;
    this.afterMs = afterMs;
  }
}

const problemCharactersMax = 500;
const cureOfUnknown = "It is tried again by itself; see the log if it stays.";

export function problemOfFailure(error: unknown): ConnectorProblem {
  const what = (error instanceof Error ? error.message : String(error)).slice(0, problemCharactersMax);
  const cure = error instanceof Error && "cure" in error && typeof error.cure === "string" ? error.cure : cureOfUnknown;
  return { what, cure };
}
