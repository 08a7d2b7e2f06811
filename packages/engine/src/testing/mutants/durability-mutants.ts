/**
 * DurabilityMutants: the planted bugs that report something before it is on disk, or lose something at a restart or a restore. Neighbour:
 * mutants.ts.
 */
import { CallWaiters } from "../../core/tables/call-waiters.ts";
import { EpochTable } from "../../core/tables/epoch-table.ts";
import type { SavepointRow } from "../../model/savepoint-rows.ts";
import { RowWriter } from "../../runtime/savepoints/savepoint-rows.ts";
import type { Mutant } from "./mutant.ts";
import { adoptionThatLies, earlyAnswers, earlyEgress, halfBatches, lostMailboxes, lostStatuses } from "./mutant-ports.ts";
import { replaceMethod } from "./planting.ts";

export const durabilityMutants: readonly Mutant[] = [
  {
    name: "ack-before-durable",
    breaks: "G3: the store says durable before it is",
    seedsMax: 5,
    finding: /G3/,
    ports: { wrapStore: earlyAnswers },
  },
  {
    name: "ack-with-the-epoch-before",
    breaks: "G3: an acknowledgement leaves with the epoch that is being synced instead of its own",
    seedsMax: 20,
    finding: /G3/,
    plant: () =>
      replaceMethod(
        EpochTable,
        "acknowledgeWhenDurable",
        (real) =>
          function early(this: EpochTable, ...given: unknown[]) {
            real(this, given);
            const syncing: unknown = this.sealed[0]?.acknowledgements;
            if (Array.isArray(syncing)) syncing.push(...this.acknowledgements.splice(0));
          },
      ),
  },
  {
    name: "answer-of-another-call",
    breaks: "G2: who waits for the answer of a call is handed the next one that comes for any",
    seedsMax: 20,
    finding: /was answered/,
    plant: () =>
      replaceMethod(
        CallWaiters,
        "take",
        (real) =>
          function fromAny(this: CallWaiters) {
            const [call] = this.calls();
            return real(this, [call ?? ""]);
          },
      ),
  },
  {
    name: "answer-before-durable",
    breaks: "G3: the answer of a call is told with the epoch before the one that holds it",
    seedsMax: 60,
    finding: /the answer of call-\d+ was told and is not durable/,
    plant: () =>
      replaceMethod(
        EpochTable,
        "acknowledgeWhenDurable",
        (real) =>
          function early(this: EpochTable, ...given: unknown[]) {
            real(this, given);
            if (this.acknowledgements.at(-1)?.acknowledgement.kind !== "answer") return;
            const syncing: unknown = this.sealed[0]?.acknowledgements;
            if (Array.isArray(syncing)) syncing.push(...this.acknowledgements.splice(-1));
          },
      ),
  },
  {
    name: "egress-before-durable",
    breaks: "G3: consumers read records whose epoch is not synced",
    seedsMax: 30,
    finding: /G3|delivered|acknowledg/,
    ports: { wrapStore: earlyEgress },
  },
  {
    name: "mailboxes-lost-at-restart",
    breaks: "G4: recovery does not count what waits",
    seedsMax: 5,
    finding: /mailbox|never processed|waiting/,
    ports: { wrapStore: lostMailboxes },
  },
  {
    name: "pauses-lost-at-restart",
    breaks: "G4: recovery does not read who is paused or parked",
    seedsMax: 10,
    finding: /paused|parked/,
    ports: { wrapStore: lostStatuses },
  },
  {
    name: "half-a-batch",
    breaks: "G2: the last row of an epoch is not written",
    seedsMax: 5,
    finding: /./,
    ports: { wrapStore: halfBatches },
  },
  {
    name: "restore-half-applied",
    breaks: "G4: a restore loses every third row that waits",
    seedsMax: 60,
    finding: /restored|delayed message|token|never|mailbox/,
    plant: () => {
      let rows = 0;
      return replaceMethod(
        RowWriter,
        "add",
        (real) =>
          function addSome(this: RowWriter, row: SavepointRow) {
            if ((row.kind === "message" || row.kind === "delayed") && ++rows % 3 === 0) return;
            real(this, [row]);
          },
      );
    },
  },
  {
    name: "adoption-lies",
    breaks: "G4: adopting a store fails after it took effect, and the engine goes on with the old one",
    seedsMax: 120,
    finding: /G3|G4|durable|again|never|repeat/,
    ports: { wrapHome: adoptionThatLies },
  },
];
