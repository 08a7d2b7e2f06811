/**
 * ActOutcomes: the outcome for each entity of one act on many, in the order in which they were acted on. Neighbours: bulk-acts.ts records
 * them and counts all of them in its row. Guarantee: at most outcomesKeptMax are kept per act; how many more there were is known.
 */
import type { Address } from "@signalbox/runtime";
import type { ActOutcome, BulkActDetail } from "../../contract/entities/bulk-act.ts";

export const outcomesKeptMax = 500;

/** An entity that is acted on, with the trace of the message that the act concerns, if known. */
export interface Target {
  readonly address: Address;
  readonly trace: number | undefined;
  /** The first message of its mailbox when it was found. */
  readonly first?: number | undefined;
}

export class ActOutcomes {
  readonly #kept = new Map<string, Target & { outcome: ActOutcome }>();
  #leftOut = 0;

  note(target: Target, outcome: ActOutcome): void {
    if (this.#kept.size < outcomesKeptMax) this.#kept.set(nameOf(target.address), { ...target, outcome });
    else this.#leftOut += 1;
  }

  failedAgain(address: Address): void {
    const kept = this.#kept.get(nameOf(address));
    if (kept !== undefined) kept.outcome = "failed-again";
  }

  view(): Pick<BulkActDetail, "outcomes" | "outcomesLeftOut"> {
    const outcomes = [...this.#kept.values()].map(({ address: { type, id }, outcome, trace }) => ({
      address: { type, id },
      outcome,
      trace: trace ?? null,
    }));
    return { outcomes, outcomesLeftOut: this.#leftOut };
  }
}

export function nameOf({ type, id }: Address): string {
  return `${type}/${id}`;
}
