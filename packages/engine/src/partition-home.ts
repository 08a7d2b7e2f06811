/**
 * PartitionHome: where the partitions of an engine come from: recovered from the stores in use, or from those that a restore has filled.
 * runtime/local-partitions.ts makes them in this thread, workers/worker-partitions.ts in threads of their own.
 */
import type { Bindings } from "@signalbox/runtime/model/endpoint-spec";
import type { OutboxDelivery } from "./model/outbox-entry.ts";
import type { Partition } from "./partition.ts";
import type { Store } from "./ports/store.ts";

export interface PartitionWiring {
  readonly bindings: Bindings;
  /** Carries a delivery to the partition that it names. */
  readonly forward: (delivery: OutboxDelivery) => Promise<number>;
  /** Told after the sync of an epoch that changed what is in the egress' outbox. */
  readonly egressDurable: (egress: string) => void;
}

export interface NextPartitions {
  /** Empty, one a partition; the restore fills them. */
  readonly stores: readonly Store[];
  /** Recovered from what was filled, not started. Rejects: nothing is left open. */
  open(wiring: PartitionWiring): Promise<readonly Partition[]>;
  /** The same as in StoreHome. */
  adopt(): Promise<void>;
  /** For one that will not be adopted. */
  discard(): Promise<void>;
}

export interface PartitionHome {
  openCurrent(wiring: PartitionWiring): Promise<readonly Partition[]>;
  /** Creates as many as are wanted, unless `partitions` says how many. */
  createNext(partitions?: number): Promise<NextPartitions>;
  /** The bindings changed: connections to endpoints that are gone can go. */
  retain(bindings: Bindings): void;
  removeStale(): Promise<void>;
  close(): Promise<void>;
}
