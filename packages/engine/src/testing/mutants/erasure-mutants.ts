/**
 * ErasureMutants: the planted bugs of erasures, which the worlds of erasure-world.ts must see. Neighbour: mutants.ts (all planted bugs).
 */
import { SavepointErasure } from "../../core/erasure/savepoint-erasure.ts";
import type { SavepointRow } from "../../model/savepoint-rows.ts";
import { ErasedCopy } from "../../runtime/erasure/erased-copy.ts";
import { runErasureWorld } from "../sim/erasure-world.ts";
import { SimDisk } from "../sim/sim-store-home.ts";
import type { Mutant } from "./mutant.ts";
import { replaceMethod } from "./planting.ts";

/** Leaves the rows of the table as they are. */
const keeping = (table: string) => (): (() => void) =>
  replaceMethod(
    ErasedCopy,
    "take",
    (real) =>
      function kept(this: object, ofTable: string, key: string, bytes: Uint8Array) {
        return ofTable === table ? Reflect.get(this, "keep").call(this, ofTable, key, bytes) : real(this, [ofTable, key, bytes]);
      },
  );

export const erasureMutants: readonly Mutant[] = [
  {
    name: "erased-journal-kept",
    breaks: "G9: records of the journal keep the values of who was erased",
    seedsMax: 5,
    finding: /erasure: a row under "j/,
    world: runErasureWorld,
    plant: keeping("j"),
  },
  {
    name: "erased-outbox-kept",
    breaks: "G9: what waits for an egress keeps the values of who was erased",
    seedsMax: 40,
    finding: /erasure: a row under "o/,
    world: runErasureWorld,
    plant: keeping("o"),
  },
  {
    name: "erased-savepoint-kept",
    breaks: "G9: what waits for an egress in a savepoint keeps the values of who was erased",
    seedsMax: 40,
    finding: /erasure: a row of a savepoint holds/,
    world: runErasureWorld,
    plant: () =>
      replaceMethod(
        SavepointErasure,
        "fateOf",
        (real) =>
          function kept(this: object, row: SavepointRow) {
            return row.kind === "egress" ? { kind: "stays" } : real(this, [row]);
          },
      ),
  },
  {
    name: "erased-savepoint-of-others",
    breaks: "G9: a savepoint that is written again loses the states of everybody",
    seedsMax: 5,
    finding: /erasure: a savepoint lost a row of others/,
    world: runErasureWorld,
    plant: () =>
      replaceMethod(
        SavepointErasure,
        "fateOf",
        (real) =>
          function lost(this: object, row: SavepointRow) {
            return row.kind === "state" ? { kind: "goes", counts: {} } : real(this, [row]);
          },
      ),
  },
  {
    name: "erased-files-kept",
    breaks: "G9: the files that an erasure replaced stay where they are",
    seedsMax: 5,
    finding: /erasure: (?:a row|what a row held before) under/,
    world: runErasureWorld,
    plant: () => replaceMethod(SimDisk, "removeStale", () => () => undefined),
  },
];
