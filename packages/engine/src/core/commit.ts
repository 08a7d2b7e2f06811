/**
 * Commit: where a message becomes durable. Sealing turns the open write set into one atomic batch; while it is being synced the next epoch
 * fills. Acknowledgements of an epoch leave only when its sync has ended (G3). The disk sets the pace; an epoch for which nobody waits may
 * stay open for a few milliseconds, so that the sync of the next message carries it too (runtime/processor/committer.ts).
 */
import { BytesWriter } from "./store/bytes-writer.ts";
import { forwardOutbox } from "./cross-partition/outbox.ts";
import type { Actions } from "./action.ts";
import type { PartitionState } from "./partition-state.ts";
import { readCursorsAfterDurable } from "./scheduling/cold-types.ts";
import { readHeldAfterDurable } from "./scheduling/held-actions.ts";
import { goOnAfterDurable } from "./scheduling/loading.ts";
import { closeBlocks } from "./journal/journal-block.ts";
import { encodeSequence, isNamedFrom, metaKey, storeKey } from "./store/store-key.ts";
import { storeFormatOf } from "./store/store-format.ts";
import { encodeRecord } from "./store/store-record.ts";
import type { FunctionTypeState } from "./tables/function-type-state.ts";

const writer = new BytesWriter();

export interface EpochWrite {
  readonly key: string;
  /** Undefined removes the key. */
  readonly value: Uint8Array | undefined;
  /** Nothing was ever written under the key before this epoch. */
  readonly fresh?: boolean;
}

export interface SealedEpoch {
  readonly epoch: number;
  /** Empty when only acknowledgements waited. */
  readonly writes: readonly EpochWrite[];
}

export type OpenEpoch = "empty" | "unawaited" | "awaited";

/**
 * Whether the open epoch holds anything, and whether anybody waits for it: a request, an egress consumer, another partition, an entity, or
 * someone who needs room.
 */
export function openEpoch(state: PartitionState): OpenEpoch {
  const { acknowledgements, unhurried } = state.epochs;
  if (acknowledgements.length > unhurried) return "awaited";
  // A row that was written and removed within the epoch leaves no write, but somebody may still wait for the acknowledgement.
  if (state.epochs.writes.size === 0 && acknowledgements.length === 0) return "empty";
  const read = state.mailboxes.awaitingDurable.size > 0 || state.cold.awaitsDurable;
  const waited = read || state.egress.dirty.size > 0 || state.links.depth > 0;
  const full = state.epochs.writes.bytes > state.limits.epochBytesMax;
  return waited || full || state.draining ? "awaited" : "unawaited";
}

/** Undefined when there is nothing to make durable and nobody waits. */
export function sealEpoch(state: PartitionState): SealedEpoch | undefined {
  if (openEpoch(state) === "empty") return undefined;
  const { open: epoch, writes } = state.epochs;
  const batch = writes.size === 0 ? [] : encodeWrites(state);
  state.epochs.seal();
  return { epoch, writes: batch };
}

function encodeWrites(state: PartitionState): EpochWrite[] {
  for (const egress of state.egress.dirty) {
    state.epochs.writes.put(storeKey.egressDepth(egress), { kind: "egress-depth", waiting: state.egress.waiting.get(egress) ?? 0 }, 8);
  }
  state.egress.dirty.clear();
  for (const type of state.mailboxes.changed) writeWaiting(state, type);
  state.mailboxes.changed.clear();
  closeBlocks(state.epochs.writes, state.limits.journalDirectoryEntitiesMin);
  const batch: EpochWrite[] = [];
  const bornFrom = encodeSequence(state.epochs.firstSequence);
  for (const [key, record] of state.epochs.writes.records) {
    const value = record === undefined ? undefined : encodeRecord(writer, record);
    if (value !== undefined && record?.kind === "journal") state.journal.bytes += value.length;
    batch.push({ key, value, fresh: value !== undefined && isNamedFrom(key, bornFrom) });
  }
  const meta = {
    formatVersion: storeFormatOf(state.place.count),
    epoch: state.epochs.open,
    nextSequence: state.sequences.next,
    delayedMessages: state.timers.waiting,
    journalBytes: state.journal.bytes,
  };
  batch.push({ key: metaKey, value: encodeRecord(writer, { kind: "meta", meta }) });
  return batch;
}

/** Writes how many messages wait for the type: a start reads this row instead of the mailboxes. */
function writeWaiting({ epochs }: PartitionState, type: FunctionTypeState): void {
  const { name, waitingMessages: waiting } = type;
  if (waiting === type.waitingWritten) return;
  type.waitingWritten = waiting;
  if (waiting === 0) epochs.writes.remove(storeKey.waiting(name));
  else epochs.writes.put(storeKey.waiting(name), { kind: "waiting", waiting }, 8);
}

export function epochDurable(state: PartitionState, epoch: number, actions: Actions): void {
  while (state.epochs.sealed[0] !== undefined && state.epochs.sealed[0].epoch <= epoch) {
    const sealed = state.epochs.sealed.shift();
    if (sealed === undefined) break;
    state.epochs.durable = sealed.epoch;
    state.epochs.durableSequenceEnd = sealed.sequenceEnd;
    for (const held of sealed.acknowledgements) actions.push({ kind: "acknowledge", ...held });
  }
  state.timers.forget(state.epochs.durable);
  forwardOutbox(state, actions);
  goOnAfterDurable(state, actions);
  readCursorsAfterDurable(state);
  readHeldAfterDurable(state, actions);
}
