/**
 * Egress: the outbox. A record is a durable row until it is acknowledged; only durable rows are ever read for delivery (G3),
 * because delivery reads the store and the store holds only synced epochs.
 */
import type { EgressRecord } from "@signalbox/runtime/model/message";
import { addToOutbox } from "./cross-partition/outbox.ts";
import { coverageMark } from "./coverage-mark.ts";
import type { PartitionState } from "./partition-state.ts";
import { storeKey } from "./store/store-key.ts";

export function appendEgress(state: PartitionState, input: Omit<EgressRecord, "sequence">): EgressRecord {
  const record: EgressRecord = { sequence: state.sequences.take(), ...input };
  const home = state.otherHome(record.egress);
  if (home === undefined) putEgress(state, record);
  else addToOutbox(state, home, { kind: "egress", record });
  return record;
}

/** Puts the record into the outbox, which lives in this partition. */
export function putEgress(state: PartitionState, record: EgressRecord): void {
  state.epochs.writes.put(
    storeKey.egressRecord(record.egress, record.sequence),
    { kind: "egress-record", record },
    record.value.bytes.length + (record.headers?.length ?? 0) + 96,
  );
  changeDepth(state, record.egress, 1);
}

/**
 * Removes records from the outbox. Two consumers may acknowledge the same ones before the first removal is durable, so each record is
 * counted only once.
 */
export function acknowledgeEgress(state: PartitionState, egress: string, sequences: readonly number[]): void {
  const through = state.egress.acknowledged.get(egress) ?? 0;
  const removed = sequences.filter((sequence) => sequence > through);
  const last = removed.at(-1);
  if (removed.length < sequences.length) coverageMark("egress-acknowledged-again");
  if (last === undefined) return;
  for (const sequence of removed) state.epochs.removeRow(storeKey.egressRecord(egress, sequence), sequence);
  state.egress.acknowledged.set(egress, last);
  changeDepth(state, egress, -removed.length);
}

function changeDepth(state: PartitionState, egress: string, by: number): void {
  state.egress.waiting.set(egress, Math.max(0, (state.egress.waiting.get(egress) ?? 0) + by));
  state.egress.dirty.add(egress);
}
