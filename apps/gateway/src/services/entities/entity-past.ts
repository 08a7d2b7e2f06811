/**
 * The verbs of an entity's past: what it was at a moment, and who wrote what it holds. Each answer reads a bounded number of the entity's
 * records.
 */
import type { Moment } from "@signalbox/runtime";
import { blameView, stateAsOfView } from "../../views/past-views.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";

const recordsMax = 1_000;
/** How many messages of a mailbox, and how many delayed ones, an answer lists. */
const waitingMax = 100;

export function entityPast({ engine, values }: Pick<ServiceParts, "engine" | "values">): Pick<ServiceOf<"entities">, "asOf" | "blame"> {
  return {
    async asOf(_principal, { type, id, sequence, atMs }) {
      return stateAsOfView(
        await engine.stateAsOf({ address: { type, id }, moment: momentOf(sequence, atMs), recordsMax, waitingMax }),
        values,
      );
    },

    async blame(_principal, { type, id, before, changes }) {
      const query = { address: { type, id }, before, recordsMax, changesMax: changes };
      return blameView(await engine.blame(query), values);
    },
  };
}

/** The contract has checked that one of the two is given. */
function momentOf(sequence: number | undefined, atMs: number | undefined): Moment {
  return sequence !== undefined ? { kind: "sequence", sequence } : { kind: "time", atMs: atMs ?? 0 };
}
