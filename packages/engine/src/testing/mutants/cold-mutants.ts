/** ColdMutants: planted bugs of entities that wait on disk only. Neighbour: mutants.ts. */
import { ColdTable } from "../../core/tables/cold-table.ts";
import { EpochTable } from "../../core/tables/epoch-table.ts";
import { HeldHeads } from "../../core/tables/held-heads.ts";
import { FunctionTypeState } from "../../core/tables/function-type-state.ts";
import { EngineError } from "@signalbox/runtime/model/engine-error";
import { EmbeddedEngine } from "../../runtime/embedded-engine.ts";
import { partitionsOf } from "../engine-inside.ts";
import { withoutFrames, type Mutant } from "./mutant.ts";
import { firstStatuses, lostMailboxEnds } from "./mutant-ports.ts";
import { replaceMethod } from "./planting.ts";

export const coldMutants: readonly Mutant[] = [
  {
    name: "cold-message-overtakes",
    breaks: "G5: a message for an entity that is not in memory is taken for its first, whatever waits for it on disk",
    seedsMax: 10,
    finding: /G5|mailbox|waiting|on disk only/,
    plant: () => replaceMethod(FunctionTypeState, "isCold", () => () => false),
  },
  {
    name: "warm-too-early",
    breaks: "G5: a type of which one message still waits on disk is taken for warm",
    seedsMax: 40,
    finding: /G5|mailbox|waiting|on disk only/,
    plant: () =>
      replaceMethod(
        FunctionTypeState,
        "isCold",
        () =>
          function early(this: FunctionTypeState) {
            return this.coldRows > 1;
          },
      ),
  },
  {
    name: "closed-before-durable",
    breaks: "G4: who comes into memory lacks what was on its way to disk when its mailbox was read",
    seedsMax: 40,
    finding: /mailbox|waiting|on disk only|come to rest/,
    plant: () => replaceMethod(ColdTable, "takeAdded", () => () => undefined),
  },
  {
    name: "cursor-skips-a-run",
    breaks: "G4: a mailbox that is larger than one read comes into memory without its end",
    seedsMax: 40,
    finding: /mailbox|waiting|on disk only|come to rest|spilled/,
    ports: { wrapStore: lostMailboxEnds },
  },
  {
    name: "read-from-before-it-left",
    breaks: "G2: what a read saw of an entity counts, though it came into memory and left again meanwhile",
    seedsMax: 80,
    finding: /mailbox|again|twice|waiting|on disk only|gone/,
    ports: { faultsOff: withoutFrames, limits: { waitingEntitiesInMemoryMax: 20 }, partitions: 1 },
    plant: () => replaceMethod(ColdTable, "left", () => () => undefined),
  },
  {
    name: "gone-rows-come-back",
    breaks: "G2: a read sees messages whose removal is on its way to disk, and they come into memory once more",
    seedsMax: 60,
    finding: /mailbox|again|twice|waiting|on disk only/,
    plant: () => replaceMethod(EpochTable, "notDurable", () => () => []),
  },
  {
    name: "sender-held-forever",
    breaks: "G7: a type whose messages go to disk only is sent nothing any more",
    seedsMax: 40,
    finding: /come to rest|is good and still|nothing is sent/,
    plant: () => replaceMethod(FunctionTypeState, "heldCredits", () => () => 0),
  },
  {
    name: "parked-forgotten-when-cold",
    breaks: "G4: what comes for an entity that is paused or parked is not noted in its row",
    seedsMax: 20,
    finding: /on disk|recovered|waiting|mailbox/,
    ports: { wrapStore: firstStatuses },
  },
  {
    name: "held-act-forgotten",
    breaks: "G7: what an operator does with a first message that has to be read from disk is forgotten when it has been read",
    seedsMax: 60,
    finding: /operator actions (on .* )?wait for a read/,
    plant: () => replaceMethod(HeldHeads, "take", () => () => []),
  },
  {
    name: "unread-is-busy",
    breaks: "G7: an operator is refused as long as the first message of who waits for a person lies on disk",
    seedsMax: 60,
    finding: /which waits for a person, was refused as busy/,
    plant: () =>
      replaceMethod(
        EmbeddedEngine,
        "act",
        (real) =>
          function refusing(this: EmbeddedEngine, ...given: Parameters<EmbeddedEngine["act"]>) {
            return isOfUnreadHead(this, given) ? Promise.reject(new EngineError("ENTITY_BUSY", "it is being read", "")) : real(this, given);
          },
      ),
  },
];

function isOfUnreadHead(engine: EmbeddedEngine, [selection, { kind }]: Parameters<EmbeddedEngine["act"]>): boolean {
  if (selection.kind !== "one" || (kind !== "discard-head" && kind !== "edit-head")) return false;
  const found = partitionsOf(engine).flatMap((state) => state.entities.find(selection.address) ?? []);
  return found.some(({ mailbox }) => mailbox.inMemory === 0 && mailbox.spilled > 0);
}
