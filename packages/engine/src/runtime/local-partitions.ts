/** LocalPartitions: PartitionHome in this thread: every partition over a store of the StoreHome, all with one transport and one clock. */
import { limitsOfOne, type EngineLimits } from "../limits.ts";
import type { Bindings } from "@signalbox/runtime/model/endpoint-spec";
import type { Clock } from "../ports/clock.ts";
import type { FunctionTransport } from "../ports/function-transport.ts";
import type { Observer } from "../ports/observer.ts";
import type { NextPartitions, PartitionHome, PartitionWiring } from "../partition-home.ts";
import type { Random } from "../ports/random.ts";
import type { StoreHome } from "../ports/store-home.ts";
import type { Store } from "../ports/store.ts";
import type { LoadConditions } from "./processor/conditions.ts";
import { LocalPartition } from "./local-partition.ts";

export interface LocalPartitionsPorts {
  readonly home: StoreHome;
  readonly transport: FunctionTransport;
  readonly clock: Clock;
  readonly random: Random;
  readonly observer: Observer;
  /** Undefined when breakpoints can have no conditions here. */
  readonly conditions?: LoadConditions | undefined;
  /** How a delivery travels between partitions, if not by a plain call (the simulator's way is slow and loses deliveries). */
  readonly carry?: (receive: () => Promise<number>) => Promise<number>;
}

export class LocalPartitions implements PartitionHome {
  private readonly ports: LocalPartitionsPorts;
  private readonly limits: EngineLimits;
  private readonly partitions: number;

  constructor(ports: LocalPartitionsPorts, limits: EngineLimits, partitions: number) {
    this.ports = ports;
    this.limits = limits;
    this.partitions = partitions;
  }

  async openCurrent(wiring: PartitionWiring): Promise<LocalPartition[]> {
    return this.over(await this.ports.home.openCurrent(this.partitions), wiring);
  }

  async createNext(partitions = this.partitions): Promise<NextPartitions> {
    const next = await this.ports.home.createNext(partitions);
    return {
      stores: next.stores,
      open: (wiring) => this.over(next.stores, wiring),
      adopt: () => next.adopt(),
      discard: async () => {
        for (const store of next.stores) await store.close();
      },
    };
  }

  retain(bindings: Bindings): void {
    this.ports.transport.retain(bindings.endpoints);
  }

  removeStale(): Promise<void> {
    return this.ports.home.removeStale();
  }

  async close(): Promise<void> {
    await this.ports.transport.close();
    this.ports.home.close();
  }

  private async over(stores: readonly Store[], { bindings, forward, egressDurable }: PartitionWiring): Promise<LocalPartition[]> {
    const { carry } = this.ports;
    const carried: typeof forward = carry === undefined ? forward : (delivery) => carry(() => forward(delivery));
    const limits = limitsOfOne(this.limits, stores.length);
    const opening = stores.map((store, index) =>
      LocalPartition.open(
        { ...this.ports, store, forward: carried, egressDurable },
        { limits, place: { index, count: stores.length }, bindings },
      ),
    );
    return Promise.all(opening);
  }
}
