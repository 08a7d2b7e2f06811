/**
 * SavepointCut: the rows of a savepoint over all partitions, at one moment that fits together. While no partition receives, each shows what is
 * durable: what one of them has received, its sender shows as sent. What is on the way is in the file where it was going, once.
 */
import { parcelSequence, type Parcel } from "../model/parcel.ts";
import type { SavepointRow } from "../model/savepoint-rows.ts";
import type { Partition, PartitionSnapshot } from "../partition.ts";

export interface SavepointCut {
  readonly epoch: number;
  readonly nextSequence: number;
  rows(): AsyncIterable<SavepointRow>;
  close(): Promise<void>;
}

export async function takeCut(partitions: readonly Partition[]): Promise<SavepointCut> {
  await Promise.all(partitions.map((partition) => partition.flushed()));
  const snapshots = await takeSnapshots(partitions);
  const close = async (): Promise<void> => {
    for (const snapshot of snapshots) await snapshot.close();
  };
  try {
    const first = snapshots.reduce((most, { nextSequence }) => Math.max(most, nextSequence), 1);
    let next = first;
    for await (const _ of parcelsOnTheWay(snapshots)) next++;
    const epoch = snapshots.reduce((most, snapshot) => Math.max(most, snapshot.epoch), 0);
    return { epoch, nextSequence: next, rows: () => rowsOfAll(snapshots, first), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function takeSnapshots(partitions: readonly Partition[]): Promise<PartitionSnapshot[]> {
  try {
    await Promise.all(partitions.map((partition) => partition.hold()));
    return await Promise.all(partitions.map((partition) => partition.snapshot()));
  } finally {
    for (const partition of partitions) partition.release();
  }
}

async function* rowsOfAll(snapshots: readonly PartitionSnapshot[], firstSequence: number): AsyncGenerator<SavepointRow> {
  const specs = new Set<string>();
  for (const [index, snapshot] of snapshots.entries()) {
    const before = snapshots.slice(0, index);
    for await (const row of snapshot.rows()) {
      if (row.kind === "spec" && snapshots.length > 1) {
        const name = JSON.stringify([row.type, row.spec.name]);
        if (specs.has(name)) continue;
        specs.add(name);
      }
      // After a restore every partition has the keys that were in the file.
      if (row.kind === "idempotency" && before.some((other) => other.hasIdempotencyKey(row.key))) continue;
      yield row;
    }
  }
  let sequence = firstSequence;
  for await (const parcel of parcelsOnTheWay(snapshots)) yield arrived(parcel, sequence++);
}

/** Sent and not received, in the order of each link. */
async function* parcelsOnTheWay(snapshots: readonly PartitionSnapshot[]): AsyncGenerator<Parcel> {
  if (snapshots.length === 1) return;
  for (const [from, snapshot] of snapshots.entries()) {
    for await (const { to, parcel } of snapshot.parcels()) {
      if (parcelSequence(parcel) > (snapshots[to]?.received.get(from) ?? 0)) yield parcel;
    }
  }
}

/** Behind everything that its target has already. */
function arrived(parcel: Parcel, sequence: number): SavepointRow {
  if (parcel.kind === "egress") return { kind: "egress", ...parcel.record, sequence };
  const { trace, caller, target, value, atMs } = parcel.message;
  return { kind: "message", sequence, trace, caller, target, value, atMs };
}
