/**
 * FuzzTarget: one way by which foreign bytes come into Signalbox. It says how to draw a case, and a session runs cases one after another
 * and answers with the outcome's code, or throws FuzzFinding for what must never happen.
 * Neighbours: targets/*.ts are the ways; fuzz-run.ts draws, counts, shrinks and watches time and memory; corpus.ts keeps what failed once.
 */
import type fc from "fast-check";

/** A case is plain data: JSON values and bytes (Uint8Array). */
export interface FuzzTarget<Case> {
  readonly name: string;
  /** The longest that one case may take, on a machine that has other work too. */
  readonly caseMsMax: number;
  /** How much the process may grow over what it held before the first case. */
  readonly rssGrowthBytesMax: number;
  readonly cases: fc.Arbitrary<Case>;
  open(): Promise<FuzzSession<Case>>;
}

export interface FuzzSession<Case> extends AsyncDisposable {
  /** Returns the outcome's code, for the table at the end. Cases must not depend on those before them. */
  run(fuzzCase: Case): Promise<string>;
  /** Checks what must still hold after all cases. */
  finish?(): Promise<void>;
}

/** Thrown for what must never happen: an error without code, place or cure, a crash, a value that contradicts itself. */
export class FuzzFinding extends Error {}

export function must(holds: boolean, what: () => string): asserts holds {
  if (!holds) throw new FuzzFinding(what());
}

/** Checks that an error that leaves the gateway names what it is and what to do. */
export function mustBeCoded(error: { code?: unknown; message?: unknown; cure?: unknown }, from: string): string {
  const { code, message, cure } = error;
  const text = (part: unknown): boolean => typeof part === "string" && part.trim() !== "";
  must(text(code) && text(message) && text(cure), () => `${from}: not a coded error with a cure: ${String(code)} ${String(message)}`);
  return String(code);
}
