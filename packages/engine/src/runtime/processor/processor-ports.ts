/**
 * ProcessorPorts: what a partition gets from the outside: its store, the way to functions and to other partitions, time, draws, and who
 * watches.
 */
import type { OutboxDelivery } from "../../model/outbox-entry.ts";
import type { Clock } from "../../ports/clock.ts";
import type { FunctionTransport } from "../../ports/function-transport.ts";
import type { Observer } from "../../ports/observer.ts";
import type { Random } from "../../ports/random.ts";
import type { Store } from "../../ports/store.ts";
import type { LoadConditions } from "./conditions.ts";

export interface ProcessorPorts {
  readonly store: Store;
  readonly transport: FunctionTransport;
  readonly clock: Clock;
  readonly random: Random;
  readonly observer: Observer;
  /** Undefined when breakpoints can have no conditions here. */
  readonly conditions?: LoadConditions | undefined;
  /** Resolves with the last sequence that is durable in the other partition; rejects when the delivery has to be sent again. */
  readonly forward: (delivery: OutboxDelivery) => Promise<number>;
  /** Told after the sync of an epoch that changed what is in the egress' outbox. */
  readonly egressDurable: (egress: string) => void;
}
