/**
 * WorldChecks: what must hold of a simulated world whatever happens in it. It looks at the partitions in memory after each step, at the
 * disk now and then, and at the past at the end. Neighbours: world.ts (asks), oracles/ (what holds).
 */
import type { PartitionState } from "../../core/partition-state.ts";
import type { InvocationRequest } from "@signalbox/runtime/model/invocation";
import { BreakerOracle } from "../oracles/breaker-oracle.ts";
import { BreakpointOracle } from "../oracles/breakpoint-oracle.ts";
import { ClockOracle } from "../oracles/clock-oracle.ts";
import { FrameOracle } from "../oracles/frame-oracle.ts";
import { checkEntityPages } from "../oracles/entity-pages-oracle.ts";
import { checkPartition } from "../oracles/invariants.ts";
import { LimitOracle } from "../oracles/limit-oracle.ts";
import { PastOracle } from "../oracles/past-oracle.ts";
import { checkAgreement, checkStore } from "../oracles/store-invariants.ts";
import { WatchOracle } from "../oracles/watch-oracle.ts";
import type { Store } from "../../ports/store.ts";
import type { Prng } from "../prng.ts";
import { addressOf } from "./workload.ts";

const agreementSteps = 97;

export interface InspectedStep {
  /** Undefined while the engine is not up. */
  readonly partitions: readonly PartitionState[] | undefined;
  readonly stores: readonly Store[];
  /** The stores as the engine uses them: with the planted bug, where there is one, and without faults. */
  readonly planted: (store: Store) => Store;
  readonly isRestoring: boolean;
  readonly step: number;
  readonly steadyMs: number;
  readonly wallMs: number;
}

interface Seen {
  readonly state: PartitionState;
  readonly commands: number;
  readonly openEpoch: number;
}

export class WorldChecks {
  readonly past = new PastOracle();
  readonly limits = new LimitOracle();
  readonly breakpoints = new BreakpointOracle();
  readonly frames = new FrameOracle();
  readonly watches = new WatchOracle();
  readonly breakers = new BreakerOracle();
  private readonly clocks = new ClockOracle();
  private readonly rng: Prng;
  private readonly entities: number;
  /** The clock steps back now and then. */
  private wallMsMax = 0;
  /** The partitions as they were when they were last checked: between two commands a partition does not change. */
  private seen: readonly Seen[] = [];

  constructor(rng: Prng, entities: number) {
    this.rng = rng;
    this.entities = entities;
  }

  /** Called when a request leaves. */
  sent(request: InvocationRequest, partitions: readonly PartitionState[], steadyMs: number): void {
    this.limits.sent(request, partitions, steadyMs);
    this.breakpoints.sent(request, partitions);
    this.watches.sent(request, partitions);
  }

  async inspect({ partitions, stores, planted, isRestoring, step, steadyMs, wallMs }: InspectedStep): Promise<void> {
    this.wallMsMax = Math.max(this.wallMsMax, wallMs);
    this.clocks.check(partitions ?? [], { steadyMs, wallMs });
    this.limits.passed({ steadyMs, wallMs });
    const isChanged = this.hasChanged(partitions ?? []);
    if (isChanged) this.limits.check(partitions ?? []);
    if (isChanged && partitions !== undefined) this.breakpoints.check(partitions);
    if (partitions === undefined) return;
    this.breakers.check(partitions);
    if (isChanged) for (const partition of partitions) checkPartition(partition);
    if (step % agreementSteps !== 0) return;
    for (const [index, partition] of partitions.entries()) {
      const store = stores[index];
      if (store === undefined) continue;
      await checkAgreement(store, partition);
      await checkEntityPages({ state: partition, store: planted(store), wallMs, turn: step / agreementSteps });
    }
    for (const store of stores) await checkStore(store);
    if (isRestoring) return;
    await this.past.remember(stores, {
      address: addressOf(this.rng.below(this.entities)),
      draw: this.rng.fraction(),
      wallMs: this.wallMsMax,
    });
  }

  private hasChanged(partitions: readonly PartitionState[]): boolean {
    const { seen } = this;
    const isSame = (state: PartitionState, index: number): boolean => {
      const before = seen[index];
      return before?.state === state && before.commands === state.commands && before.openEpoch === state.epochs.open;
    };
    if (partitions.length > 0 && partitions.length === seen.length && partitions.every(isSame)) return false;
    this.seen = partitions.map((state) => ({ state, commands: state.commands, openEpoch: state.epochs.open }));
    return true;
  }
}
