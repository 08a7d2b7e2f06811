/**
 * RecoveryOracle: the state after recovery is the state before (G4). It keeps a digest of the partition in memory for each instant in which
 * an epoch is sealed. What recovery makes of the disk after a crash or a stop must have the digest of the last epoch found there, and what
 * a restore is about to put in force must have that of the savepoint's epoch. Neighbour: store-invariants.ts (compares rows with memory
 * while the world runs).
 */
import { listenToCoverage } from "../../core/coverage-mark.ts";
import type { Entity } from "../../core/tables/entity.ts";
import type { PartitionState } from "../../core/partition-state.ts";
import { recover } from "../../core/recovery.ts";
import { metaKey } from "../../core/store/store-key.ts";
import { decodeRecord } from "../../core/store/store-record.ts";
import type { EngineLimits } from "../../limits.ts";
import { formatAddress } from "@signalbox/runtime/model/address";
import type { PartitionPlace } from "../../model/partition-place.ts";
import type { Store, StoreWrite } from "../../ports/store.ts";
import { readTables } from "../../runtime/processor/recovery-reader.ts";
import { must } from "../sim/trace.ts";

interface Digest {
  /** Covers only what a savepoint holds too. */
  readonly content: string;
  readonly position: string;
  readonly partitions: number;
  readonly hasCold: boolean;
}

function nameOf(partition: number, epoch: number): string {
  return `${partition} ${epoch}`;
}

export class RecoveryOracle {
  private readonly limits: EngineLimits;
  /** By partition and epoch. */
  private readonly atEpoch = new Map<string, Digest>();
  /** The number of an epoch that a crash undid is used again. */
  private readonly lastOf = new WeakMap<PartitionState, number>();
  recoveries = 0;
  /** How many of `recoveries` found an epoch in which messages waited on disk only. */
  recoveriesOfCold = 0;
  restores = 0;

  constructor(limits: EngineLimits) {
    this.limits = limits;
  }

  /** Called in the turn in which the partition sealed the epoch. A batch that is tried again is ignored. */
  handedOver(state: PartitionState, writes: readonly StoreWrite[]): void {
    const meta = writes.find((write) => write.key === metaKey)?.value;
    const epoch = meta === undefined ? undefined : decodeRecord.meta(meta).epoch;
    if (epoch === undefined || state.epochs.open !== epoch + 1 || this.lastOf.get(state) === epoch) return;
    this.lastOf.set(state, epoch);
    this.atEpoch.set(nameOf(state.place.index, epoch), digestOf(state));
  }

  /** Called before the engine starts again. */
  async recovered(stores: readonly Store[]): Promise<void> {
    for (const [index, store] of stores.entries()) {
      const found = await this.recover(store, { index, count: stores.length });
      const before = this.atEpoch.get(nameOf(index, found.epochs.durable));
      if (before === undefined) continue;
      this.recoveries++;
      if (before.hasCold) this.recoveriesOfCold++;
      const after = digestOf(found);
      same(`G4: recovered at epoch ${found.epochs.durable}`, before.content, after.content);
      same(`G4: recovered at epoch ${found.epochs.durable}`, before.position, after.position);
    }
  }

  /** Called before what was restored is put in force. */
  async restored(stores: readonly Store[], savepointEpoch: number): Promise<void> {
    const [store] = stores;
    if (store === undefined) return;
    const before = this.atEpoch.get(nameOf(0, savepointEpoch));
    const found = await this.recover(store, { index: 0, count: stores.length });
    // A restore takes the number of an epoch that a crash may have undone.
    for (const index of stores.keys()) this.atEpoch.delete(nameOf(index, found.epochs.durable));
    // What was on its way between partitions is in a mailbox now; the verdict at the end compares it.
    if (before === undefined || before.partitions > 1 || stores.length > 1) return;
    this.restores++;
    const after = digestOf(found);
    same(`the savepoint of epoch ${savepointEpoch} restored`, before.content, after.content);
  }

  private async recover(store: Store, place: PartitionPlace): Promise<PartitionState> {
    const tables = await readTables(store);
    // This recovery is the oracle's own and no event of the world.
    const listenAgain = listenToCoverage(() => undefined);
    try {
      return recover({ limits: this.limits, place, bindings: { endpoints: [], egresses: [] }, nowMs: 0 }, tables).state;
    } finally {
      listenAgain();
    }
  }
}

function same(what: string, before: string, after: string): void {
  must(before === after, () => `${what}: the state before was\n${before}\nand is now\n${after}`);
}

/** Everything durable that the tables in memory hold, in an order that does not depend on history. */
function digestOf(state: PartitionState): Digest {
  const lines: string[] = [`delayed ${state.timers.waiting}`, `waiting ${state.mailboxes.waitingMessages}`];
  for (const type of state.entities.types.values()) {
    for (const spec of type.specs) lines.push(`spec ${type.name} ${JSON.stringify(spec)}`);
    if (type.waitingMessages > 0) lines.push(`${type.waitingMessages} wait for ${type.name}`);
    for (const entity of state.entities.ofType(type.name)) {
      const status = durableStatus(entity);
      if (status !== "") lines.push(`${formatAddress(entity.address)}: ${entity.mailbox.depth} wait ${status}`);
    }
  }
  for (const [egress, records] of state.egress.waiting) if (records > 0) lines.push(`egress ${egress} ${records}`);
  for (const [from, sequence] of state.links.received) lines.push(`received ${sequence} from ${from}`);
  for (const link of state.links.outgoing.values()) if (link.depth > 0) lines.push(`${link.depth} outbox entries for ${link.to}`);
  return {
    partitions: state.place.count,
    content: lines.toSorted().join("\n"),
    position: `next ${state.sequences.next}, journal ${state.journal.bytes}`,
    hasCold: state.cold.cursors.size > 0,
  };
}

function durableStatus(entity: Entity): string {
  if (entity.pauseWanted || entity.status === "paused") return "paused";
  return entity.status === "parked" ? `parked after ${entity.failures} by ${entity.failure?.code ?? "nothing"}` : "";
}
