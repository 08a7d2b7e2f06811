/**
 * Outbox: how messages reach entities of other partitions, and records the outbox of an egress that lives in another partition (G2, G5).
 *
 *   post ──► row in the epoch of its cause ──► durable ──► forwarded ──► received there, once, in its epoch ──► acknowledged ──► row gone
 *
 * This is the sender's side, inbox.ts the other. A link carries its outbox entries in order of sequence; only durable ones leave (G3). What a
 * link cannot keep in memory waits on disk only (G6).
 */
import { entrySequence, type OutboxEntry, type OutboxDelivery } from "../../model/outbox-entry.ts";
import type { Actions } from "../action.ts";
import type { Command } from "../command.ts";
import { coverageMark } from "../coverage-mark.ts";
import type { PartitionState } from "../partition-state.ts";
import { storeKey } from "../store/store-key.ts";
import { linkEntriesInMemoryMax, entryBytes, type Link } from "../tables/partition-links.ts";

const deliveryEntriesMax = 1_000;
const deliveryBytesMax = 4 * 1024 * 1024;
/** How many deliveries of one link may be under way at once: the next one leaves while the receiver still syncs the one before. */
const deliveriesUnderWayMax = 3;

export function addToOutbox(state: PartitionState, to: number, entry: OutboxEntry): void {
  coverageMark("outbox-posted");
  const link = state.links.link(to);
  state.epochs.writes.put(storeKey.outboxEntry(to, entrySequence(entry)), { kind: "outbox-entry", entry }, entryBytes(entry));
  if (link.spilled > 0 || link.isFull) {
    coverageMark("outbox-spilled");
    link.spilled++;
  } else link.keep(entry);
  link.depth++;
  state.links.depth++;
}

/** Sends what has become durable, within the window of the link. When nothing is left in memory it asks for what is on disk. */
export function forwardOutbox(state: PartitionState, actions: Actions): void {
  for (const link of state.links.outgoing.values()) {
    while (link.underWay.length < deliveriesUnderWayMax) {
      const entries = takeDurable(state, link);
      const last = entries.at(-1);
      if (last === undefined) break;
      const delivery: OutboxDelivery = {
        from: state.place.index,
        to: link.to,
        previous: link.forwarded,
        entries,
        clock: state.sequences.next,
      };
      link.forwarded = entrySequence(last);
      link.underWay.push(entries);
      actions.push({ kind: "forward", delivery, round: link.round });
    }
    fetchOutbox(state, link, actions);
  }
}

function takeDurable(state: PartitionState, link: Link): OutboxEntry[] {
  const entries: OutboxEntry[] = [];
  let bytes = 0;
  while (entries.length < deliveryEntriesMax && bytes < deliveryBytesMax) {
    const entry = link.takeFirst();
    if (entry === undefined) break;
    if (!link.isDurable(entry, state.epochs.durableSequenceEnd)) {
      link.putBack(entry);
      break;
    }
    entries.push(entry);
    bytes += entryBytes(entry);
  }
  return entries;
}

function fetchOutbox(state: PartitionState, link: Link, actions: Actions): void {
  if (link.loading || link.spilled === 0 || link.waiting.size > 0) return;
  link.loading = true;
  link.loadEpoch = state.epochs.durable;
  actions.push({ kind: "load-outbox", to: link.to, afterSequence: link.lastSequenceInMemory, limit: linkEntriesInMemoryMax });
}

export function outboxLoaded(state: PartitionState, command: Extract<Command, { kind: "outbox-loaded" }>, actions: Actions): void {
  const link = state.links.link(command.to);
  link.loading = false;
  for (const entry of command.entries) {
    link.keep(entry);
    link.spilled--;
  }
  if (command.entries.length > 0) coverageMark("outbox-read-back");
  // The read began before the epoch of these entries was durable, so it cannot have seen them. The next durable epoch asks again.
  else if (state.epochs.durable === link.loadEpoch) {
    coverageMark("outbox-awaits-durable");
    return;
  }
  forwardOutbox(state, actions);
}

export function outboxAcknowledged(state: PartitionState, to: number, through: number): void {
  const link = state.links.link(to);
  for (let oldest = link.underWay[0]; oldest !== undefined; oldest = link.underWay[0]) {
    const gone = oldest.findIndex((entry) => entrySequence(entry) > through);
    for (const entry of gone === -1 ? oldest : oldest.slice(0, gone)) remove(state, link, entrySequence(entry));
    if (gone !== -1) {
      link.underWay[0] = oldest.slice(gone);
      break;
    }
    link.underWay.shift();
  }
  if (link.underWay.length > 0) return;
  // This side gave the delivery up although it had arrived on the other.
  for (let first = link.takeFirst(); first !== undefined; first = link.takeFirst()) {
    if (entrySequence(first) > through) {
      link.putBack(first);
      break;
    }
    coverageMark("outbox-late-acknowledged");
    remove(state, link, entrySequence(first));
  }
}

function remove(state: PartitionState, link: Link, sequence: number): void {
  state.epochs.removeRow(storeKey.outboxEntry(link.to, sequence), sequence);
  link.depth--;
  state.links.depth--;
}

/** A delivery did not arrive, or nobody knows whether it did: everything that is under way is sent again, in order. */
export function takeBackUnconfirmed(state: PartitionState, to: number, round: number): void {
  const link = state.links.link(to);
  if (link.round !== round) return;
  coverageMark("outbox-forwarded-again");
  link.round++;
  const first = link.underWay[0]?.[0];
  if (first !== undefined) link.forwarded = 0;
  for (const entry of link.underWay.flat().toReversed()) link.putBack(entry);
  link.underWay = [];
}
