/**
 * Epoch: where a message becomes durable. Sealing turns the open write set into one atomic batch; while it is being synced the next
 * epoch fills. Acknowledgements of an epoch leave only when its sync has ended (G3). The disk sets the pace; an epoch for which nobody waits
 * may stay open for a few milliseconds, so that the sync of the next message carries it too (runtime/committer.ts).
 */
import { BytesWriter } from "./store/bytes-writer.ts";
import { enqueue } from "./mailbox.ts";
import { fetchMailbox } from "./dispatch.ts";
import { forwardParcels } from "./cross-partition/outbox.ts";
import type { Actions, PartitionState } from "./partition-state.ts";
import { closeBlocks } from "./journal/journal-block.ts";
import { metaKey, storeKey } from "./store/store-key.ts";
import { encodeRecord, storeFormatOf } from "./store/store-record.ts";
import { WriteSet } from "./tables/write-set.ts";

const writer = new BytesWriter();

export interface EpochWrite {
  readonly key: string;
  /** Undefined removes the key. */
  readonly value: Uint8Array | undefined;
}

export interface SealedEpoch {
  readonly epoch: number;
  /** Empty when only acknowledgements waited. */
  readonly writes: readonly EpochWrite[];
}

export type OpenEpoch = "empty" | "unawaited" | "awaited";

/** Whether anything would be seen to wait if the open epoch stayed open: an answer, a consumer, another partition, an entity, or room. */
export function openEpoch(state: PartitionState): OpenEpoch {
  if (state.acknowledgements.length > 0) return "awaited";
  if (state.writes.size === 0) return "empty";
  const waited = state.dirtyEgresses.size > 0 || state.awaitingDurable.size > 0 || state.exchange.depth > 0;
  const full = state.writes.bytes > state.limits.epochBytesMax;
  return waited || full || state.draining ? "awaited" : "unawaited";
}

/** Undefined when there is nothing to make durable and nobody waits. */
export function sealEpoch(state: PartitionState): SealedEpoch | undefined {
  if (openEpoch(state) === "empty") return undefined;
  const { epoch, writes } = state;
  const batch = writes.size === 0 ? [] : encodeWrites(state);
  state.sealed.push({ epoch, writes, acknowledgements: state.acknowledgements, sequenceEnd: state.nextSequence });
  state.writes = new WriteSet();
  state.acknowledgements = [];
  state.epochFirstSequence = state.nextSequence;
  state.epoch++;
  return { epoch, writes: batch };
}

function encodeWrites(state: PartitionState): EpochWrite[] {
  for (const egress of state.dirtyEgresses) {
    state.writes.put(storeKey.egressDepth(egress), { kind: "egress-depth", waiting: state.egressWaiting.get(egress) ?? 0 }, 8);
  }
  state.dirtyEgresses.clear();
  closeBlocks(state);
  const batch: EpochWrite[] = [];
  for (const [key, record] of state.writes.records) {
    const value = record === undefined ? undefined : encodeRecord(writer, record);
    if (value !== undefined && record?.kind === "journal") state.journalBytes += value.length;
    batch.push({ key, value });
  }
  const meta = {
    formatVersion: storeFormatOf(state.place.count),
    epoch: state.epoch,
    nextSequence: state.nextSequence,
    delayedMessages: state.delayedMessages,
    journalBytes: state.journalBytes,
  };
  batch.push({ key: metaKey, value: encodeRecord(writer, { kind: "meta", meta }) });
  return batch;
}

export function epochDurable(state: PartitionState, epoch: number, actions: Actions): void {
  while (state.sealed[0] !== undefined && state.sealed[0].epoch <= epoch) {
    const sealed = state.sealed.shift();
    if (sealed === undefined) break;
    state.durableEpoch = sealed.epoch;
    state.durableSequenceEnd = sealed.sequenceEnd;
    for (const held of sealed.acknowledgements) actions.push({ kind: "acknowledge", ...held });
  }
  state.timers.forget(state.durableEpoch);
  forwardParcels(state, actions);
  if (state.awaitingDurable.size === 0) return;
  const awaiting = [...state.awaitingDurable];
  state.awaitingDurable.clear();
  for (const entity of awaiting) {
    if (entity.status === "ready") enqueue(state, entity);
    else fetchMailbox(state, entity, actions);
  }
}
