/**
 * HeadersMutants: the planted bugs that lose the headers of a message. Neighbours: mutants.ts runs them, oracles/headers-oracle.ts must see
 * them.
 */
import { MailboxQueue } from "../../core/tables/mailbox-queue.ts";
import type { Message } from "@signalbox/runtime/model/message";
import type { SavepointRow } from "../../model/savepoint-rows.ts";
import { RowWriter } from "../../runtime/savepoints/savepoint-rows.ts";
import type { Mutant } from "./mutant.ts";
import { replaceMethod } from "./planting.ts";

const lost = /headers: .+ it was sent with|headers: egress .+ its cause has/;

export const headersMutants: readonly Mutant[] = [
  {
    name: "headers-lost-on-disk",
    breaks: "a message that comes back from disk has lost its headers",
    seedsMax: 10,
    finding: lost,
    plant: () =>
      replaceMethod(
        MailboxQueue,
        "refill",
        (real) =>
          function bare(this: MailboxQueue, messages: readonly Message[]) {
            return real(this, [messages.map((message) => ({ ...message, headers: undefined }))]);
          },
      ),
  },
  {
    name: "headers-lost-in-a-savepoint",
    breaks: "a restore brings messages, delayed messages and egress records without their headers",
    seedsMax: 40,
    finding: lost,
    plant: () =>
      replaceMethod(
        RowWriter,
        "add",
        (real) =>
          function bare(this: RowWriter, row: SavepointRow) {
            return real(this, ["headers" in row ? { ...row, headers: undefined } : row]);
          },
      ),
  },
];
