/**
 * PartitionMutants: the planted bugs of what partitions send to each other. Neighbours: mutants.ts (all planted bugs, and how one is
 * caught), planting.ts.
 */
import { Link } from "../../core/tables/partition-links.ts";
import type { OutboxEntry } from "../../model/outbox-entry.ts";
import type { PartitionSnapshot } from "../../partition.ts";
import { LocalPartition } from "../../runtime/local-partition.ts";
import type { Mutant } from "./mutant.ts";
import { nothing, replaceMethod, withoutTable } from "./planting.ts";

const several = 3;

export const partitionMutants: readonly Mutant[] = [
  {
    name: "parcels-lost-at-restart",
    breaks: "G4: what is on its way to another partition is not stored",
    seedsMax: 5,
    finding: /outbox entries|never processed/,
    ports: { partitions: several, wrapStore: withoutTable("n") },
  },
  {
    name: "received-forgotten",
    breaks: "G2: a partition does not store what it has received, and takes it in again after a restart",
    seedsMax: 10,
    finding: /received|again|twice/,
    ports: { partitions: several, wrapStore: withoutTable("r") },
  },
  {
    name: "parcels-overtake",
    breaks: "G5: what was taken back to be forwarded again goes behind what came later",
    seedsMax: 60,
    finding: /./,
    ports: { partitions: several },
    plant: () =>
      replaceMethod(
        Link,
        "putBack",
        () =>
          function putBehind(this: Link, entry: OutboxEntry) {
            this.keep(entry);
          },
      ),
  },
  {
    name: "parcels-before-durable",
    breaks: "G3: outbox entries leave before the epoch that holds them is durable",
    seedsMax: 200,
    finding: /./,
    ports: { partitions: several },
    plant: () => replaceMethod(Link, "isDurable", () => () => true),
  },
  {
    name: "savepoint-without-parcels",
    breaks: "G2: a savepoint leaves out what is on its way between partitions",
    seedsMax: 300,
    finding: /never|counted \d+, the programs add up to \d+/,
    ports: { partitions: several },
    plant: () => changedSnapshots({ outboxEntries: () => nothing() }),
  },
  {
    name: "savepoint-with-parcels-twice",
    breaks: "G2: a savepoint holds what was received and not yet acknowledged in both partitions",
    seedsMax: 300,
    finding: /again|twice|delivered record|as number \d+ of|was sent edition \d+ of message/,
    ports: { partitions: several },
    plant: () => changedSnapshots({ received: new Map() }),
  },
  {
    name: "journal-left-behind",
    breaks: "G4: a restore leaves every other block of the journal in the stores that it replaces",
    seedsMax: 60,
    finding: /lost by the restore/,
    plant: () => replaceMethod(LocalPartition, "snapshot", (real) => snapshotWithoutHalfTheJournal(real)),
  },
];

function changedSnapshots(change: Partial<PartitionSnapshot>): () => void {
  return replaceMethod(
    LocalPartition,
    "snapshot",
    (real) =>
      async function changed(this: LocalPartition) {
        return Object.assign({}, await real(this, []), change);
      },
  );
}

function snapshotWithoutHalfTheJournal(real: (self: object, given: readonly unknown[]) => unknown) {
  return async function leftBehind(this: LocalPartition): Promise<PartitionSnapshot> {
    const snapshot = Object.assign({}, await real(this, [])) as PartitionSnapshot;
    const scan: PartitionSnapshot["scan"] = (table) => (table === "j" ? everyOther(snapshot.scan(table)) : snapshot.scan(table));
    return { ...snapshot, scan };
  };
}

async function* everyOther<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  let number = 0;
  for await (const item of items) if (number++ % 2 === 0) yield item;
}
