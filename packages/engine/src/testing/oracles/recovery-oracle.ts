/**
 * RecoveryOracle: the state after recovery is the state before (G4). It keeps a digest of the partition in memory at each instant in which
 * an epoch is sealed; what recovery makes of the disk after a crash or a stop must have the digest of the last epoch found there, and what
 * a restore is about to put in force that of the savepoint's epoch. Neighbour: store-invariants.ts (rows against memory while it runs).
 */
import { listenToCoverage } from "../../core/coverage-mark.ts";
import type { Entity } from "../../core/tables/entity.ts";
import type { PartitionState } from "../../core/partition-state.ts";
import { recover } from "../../core/recovery.ts";
import { metaKey, splitKey, tableRange } from "../../core/store/store-key.ts";
import { decodeRecord } from "../../core/store/store-record.ts";
import type { EngineLimits } from "../../limits.ts";
import { compareUtf8 } from "../../model/utf8-order.ts";
import { formatAddress } from "../../model/address.ts";
import type { PartitionPlace } from "../../model/partition-place.ts";
import type { Store, StoreWrite } from "../../ports/store.ts";
import { countAll, readTables } from "../../runtime/recovery-reader.ts";
import { must } from "../sim/trace.ts";

interface Digest {
  /** What a savepoint holds too. */
  readonly content: string;
  readonly position: string;
  readonly partitions: number;
  readonly duringCount: boolean;
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
  private readonly firstOf = new WeakMap<PartitionState, number>();
  /** What each partition's last life began with. */
  private readonly atStart = new Map<number, { readonly epoch: number; readonly keys: readonly string[] }>();
  recoveries = 0;
  /** Of `recoveries`, those of an epoch that was sealed before the count of the life before had ended. */
  recoveriesDuringCount = 0;
  restores = 0;

  constructor(limits: EngineLimits) {
    this.limits = limits;
  }

  /** In the turn in which the partition sealed the epoch; tried again, a batch is no news. */
  handedOver(state: PartitionState, writes: readonly StoreWrite[]): void {
    const meta = writes.find((write) => write.key === metaKey)?.value;
    const epoch = meta === undefined ? undefined : decodeRecord.meta(meta).epoch;
    if (epoch === undefined || state.epochs.open !== epoch + 1 || this.lastOf.get(state) === epoch) return;
    this.lastOf.set(state, epoch);
    if (!this.firstOf.has(state)) this.firstOf.set(state, epoch);
    const uncounted = this.uncounted(state);
    const name = nameOf(state.place.index, epoch);
    if (uncounted !== undefined) this.atEpoch.set(name, digestOf(state, uncounted));
    else this.atEpoch.delete(name);
  }

  /**
   * Rows that were there when this life began and that its count has not reached: nothing may have touched them. Undefined: it began with
   * other rows than those that are known here (after a restore that failed).
   */
  private uncounted(state: PartitionState): string[] | undefined {
    const { count } = state.mailboxes;
    if (count === undefined) return [];
    const atStart = this.atStart.get(state.place.index);
    if (atStart === undefined || this.firstOf.get(state) !== atStart.epoch + 1) return undefined;
    return atStart.keys.filter((key) => compareUtf8(key, count.lastKey) > 0);
  }

  /** Before the next life. */
  async recovered(stores: readonly Store[]): Promise<void> {
    for (const [index, store] of stores.entries()) {
      const found = await this.recover(store, { index, count: stores.length });
      const before = this.atEpoch.get(nameOf(index, found.epochs.durable));
      if (before === undefined) continue;
      this.recoveries++;
      if (before.duringCount) this.recoveriesDuringCount++;
      const after = digestOf(found);
      same(`G4: recovered at epoch ${found.epochs.durable}`, before.content, after.content);
      same(`G4: recovered at epoch ${found.epochs.durable}`, before.position, after.position);
    }
  }

  /** Before what was restored is in force. */
  async restored(stores: readonly Store[], savepointEpoch: number): Promise<void> {
    const [store] = stores;
    if (store === undefined) return;
    const before = this.atEpoch.get(nameOf(0, savepointEpoch));
    const found = await this.recover(store, { index: 0, count: stores.length });
    // A restore takes the number of an epoch that a crash may have undone.
    for (const index of stores.keys()) this.atEpoch.delete(nameOf(index, found.epochs.durable));
    // What was on its way between partitions is in a mailbox now: there the verdict at the end compares.
    if (before === undefined || before.partitions > 1 || stores.length > 1) return;
    this.restores++;
    const after = digestOf(found);
    same(`the savepoint of epoch ${savepointEpoch} restored`, before.content, after.content);
  }

  private async recover(store: Store, place: PartitionPlace): Promise<PartitionState> {
    const tables = await readTables(store);
    const keys: string[] = [];
    for await (const key of store.scanKeys(tableRange("m"))) keys.push(key);
    this.atStart.set(place.index, { epoch: tables.meta?.epoch ?? 0, keys });
    // This recovery is the oracle's own: it is no event of the world.
    const listenAgain = listenToCoverage(() => undefined);
    try {
      const recovered = recover({ limits: this.limits, place, bindings: { endpoints: [], egresses: [] }, nowMs: 0 }, tables);
      return (await countAll(store, recovered, () => 0)).state;
    } finally {
      listenAgain();
    }
  }
}

function same(what: string, before: string, after: string): void {
  must(before === after, () => `${what}: the state before was\n${before}\nand is now\n${after}`);
}

/** Everything durable that the tables in memory and the rows that are not counted tell, in an order that does not depend on history. */
function digestOf(state: PartitionState, uncounted: readonly string[] = []): Digest {
  const waiting = state.mailboxes.waitingMessages + uncounted.length;
  const lines: string[] = [`delayed ${state.timers.waiting}`, `waiting ${waiting}`];
  const depths = new Map<string, number>();
  for (const key of uncounted) {
    const [, type = "", id = ""] = splitKey(key);
    const name = formatAddress({ type, id });
    depths.set(name, (depths.get(name) ?? 0) + 1);
  }
  const statuses = new Map<string, string>();
  for (const type of state.entities.types.values()) {
    for (const spec of type.specs) lines.push(`spec ${type.name} ${JSON.stringify(spec)}`);
    for (const entity of state.entities.ofType(type.name)) {
      const name = formatAddress(entity.address);
      const status = durableStatus(entity);
      if (status !== "") statuses.set(name, status);
      depths.set(name, (depths.get(name) ?? 0) + entity.mailbox.depth);
    }
  }
  for (const [name, depth] of depths) {
    const status = statuses.get(name) ?? "";
    if (depth > 0 || status !== "") lines.push(`${name}: ${depth} wait ${status}`);
  }
  for (const [egress, records] of state.egress.waiting) if (records > 0) lines.push(`egress ${egress} ${records}`);
  for (const [from, sequence] of state.links.received) lines.push(`received ${sequence} from ${from}`);
  for (const link of state.links.outgoing.values()) if (link.depth > 0) lines.push(`${link.depth} outbox entries for ${link.to}`);
  return {
    partitions: state.place.count,
    content: lines.toSorted().join("\n"),
    position: `next ${state.sequences.next}, journal ${state.journal.bytes}`,
    duringCount: state.mailboxes.count !== undefined,
  };
}

function durableStatus(entity: Entity): string {
  if (entity.pauseWanted || entity.status === "paused") return "paused";
  return entity.status === "parked" ? `parked after ${entity.failures} by ${entity.failure?.code ?? "nothing"}` : "";
}
