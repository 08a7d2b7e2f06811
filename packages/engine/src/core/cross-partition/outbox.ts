/**
 * Outbox: how messages reach entities of other partitions, and records the outbox of an egress that lives in another partition (G2, G5).
 *
 *   post ──► row in the epoch of its cause ──► durable ──► forwarded ──► received there, once, in its epoch ──► acknowledged ──► row gone
 *
 * This is the sender's side, inbox.ts the other. A link carries its parcels in order of sequence; only durable ones leave (G3). What a
 * link cannot keep in memory waits on disk only (G6).
 */
import { parcelSequence, type Parcel, type ParcelDelivery } from "../../model/parcel.ts";
import type { Actions } from "../action.ts";
import type { Command } from "../command.ts";
import { mark } from "../coverage-mark.ts";
import type { PartitionState } from "../partition-state.ts";
import { storeKey } from "../store/store-key.ts";
import { linkParcelsInMemoryMax, parcelBytes, type Link } from "../tables/partition-links.ts";

const deliveryParcelsMax = 1_000;
const deliveryBytesMax = 4 * 1024 * 1024;
/** Deliveries of one link that are under way at once: the next leaves while the one before is being synced there. */
const deliveriesUnderWayMax = 3;

export function postParcel(state: PartitionState, to: number, parcel: Parcel): void {
  mark("parcel-posted");
  const link = state.links.link(to);
  state.epochs.writes.put(storeKey.parcel(to, parcelSequence(parcel)), { kind: "parcel", parcel }, parcelBytes(parcel));
  if (link.spilled > 0 || link.isFull) {
    mark("parcel-spilled");
    link.spilled++;
  } else link.keep(parcel);
  link.depth++;
  state.links.depth++;
}

/** Sends on what has become durable, as far as the link's window goes; asks for what is on disk when nothing is left in memory. */
export function forwardParcels(state: PartitionState, actions: Actions): void {
  for (const link of state.links.outgoing.values()) {
    while (link.underWay.length < deliveriesUnderWayMax) {
      const parcels = takeDurable(state, link);
      const last = parcels.at(-1);
      if (last === undefined) break;
      const delivery: ParcelDelivery = {
        from: state.place.index,
        to: link.to,
        previous: link.forwarded,
        parcels,
        clock: state.sequences.next,
      };
      link.forwarded = parcelSequence(last);
      link.underWay.push(parcels);
      actions.push({ kind: "forward", delivery, round: link.round });
    }
    fetchParcels(state, link, actions);
  }
}

function takeDurable(state: PartitionState, link: Link): Parcel[] {
  const parcels: Parcel[] = [];
  let bytes = 0;
  while (parcels.length < deliveryParcelsMax && bytes < deliveryBytesMax) {
    const parcel = link.takeFirst();
    if (parcel === undefined) break;
    if (!link.isDurable(parcel, state.epochs.durableSequenceEnd)) {
      link.putBack(parcel);
      break;
    }
    parcels.push(parcel);
    bytes += parcelBytes(parcel);
  }
  return parcels;
}

function fetchParcels(state: PartitionState, link: Link, actions: Actions): void {
  if (link.loading || link.spilled === 0 || link.waiting.size > 0) return;
  link.loading = true;
  link.loadEpoch = state.epochs.durable;
  actions.push({ kind: "load-parcels", to: link.to, afterSequence: link.lastSequenceInMemory, limit: linkParcelsInMemoryMax });
}

export function parcelsLoaded(state: PartitionState, command: Extract<Command, { kind: "parcels-loaded" }>, actions: Actions): void {
  const link = state.links.link(command.to);
  link.loading = false;
  for (const parcel of command.parcels) {
    link.keep(parcel);
    link.spilled--;
  }
  if (command.parcels.length > 0) mark("parcels-read-back");
  // What waits was posted in an epoch that was not durable when the read began; the next durable epoch asks again.
  else if (state.epochs.durable === link.loadEpoch) {
    mark("parcels-await-durable");
    return;
  }
  forwardParcels(state, actions);
}

export function parcelsAcknowledged(state: PartitionState, to: number, through: number): void {
  const link = state.links.link(to);
  for (let oldest = link.underWay[0]; oldest !== undefined; oldest = link.underWay[0]) {
    const gone = oldest.findIndex((parcel) => parcelSequence(parcel) > through);
    for (const parcel of gone === -1 ? oldest : oldest.slice(0, gone)) remove(state, link, parcelSequence(parcel));
    if (gone !== -1) {
      link.underWay[0] = oldest.slice(gone);
      break;
    }
    link.underWay.shift();
  }
  if (link.underWay.length > 0) return;
  // Taken back meanwhile, and yet it had arrived.
  for (let first = link.takeFirst(); first !== undefined; first = link.takeFirst()) {
    if (parcelSequence(first) > through) {
      link.putBack(first);
      break;
    }
    mark("parcel-late-acknowledged");
    remove(state, link, parcelSequence(first));
  }
}

function remove(state: PartitionState, link: Link, sequence: number): void {
  state.epochs.removeRow(storeKey.parcel(link.to, sequence), sequence);
  link.depth--;
  state.links.depth--;
}

/** A delivery did not arrive, or nobody knows: everything under way goes again, in order. */
export function takeBackParcels(state: PartitionState, to: number, round: number): void {
  const link = state.links.link(to);
  if (link.round !== round) return;
  mark("parcels-forwarded-again");
  link.round++;
  const first = link.underWay[0]?.[0];
  if (first !== undefined) link.forwarded = 0;
  for (const parcel of link.underWay.flat().toReversed()) link.putBack(parcel);
  link.underWay = [];
}
