/**
 * PartitionLinks: the links from this partition to the others, each with what waits for it, and the last sequence received from each other
 * partition. The outbox and the inbox (cross-partition/) change them.
 */
import { Fifo } from "../../model/collections/fifo.ts";
import { entrySequence, type OutboxEntry } from "../../model/outbox-entry.ts";

export const linkEntriesInMemoryMax = 4_000;
const linkBytesInMemoryMax = 16 * 1024 * 1024;
const entryOverheadBytes = 96;

/** The way from this partition to one other. */
export class Link {
  readonly to: number;
  /** Entries in memory that are not under way, in order. */
  readonly waiting = new Fifo<OutboxEntry>();
  waitingBytes = 0;
  /** Deliveries that were forwarded and not acknowledged, in order. */
  underWay: OutboxEntry[][] = [];
  /** Entries on disk only; all of them come after those in memory. */
  spilled = 0;
  lastSequenceInMemory = 0;
  loading = false;
  /** The durable epoch when the read began. */
  loadEpoch = 0;
  /** The last sequence that was forwarded since the partition started. */
  forwarded = 0;
  /** How many rows of the link are not removed yet. */
  depth = 0;
  /** Counts how often everything was taken back to be forwarded again: reports of deliveries from an earlier round are stale. */
  round = 0;

  constructor(to: number) {
    this.to = to;
  }

  keep(entry: OutboxEntry): void {
    this.waiting.push(entry);
    this.waitingBytes += entryBytes(entry);
    this.lastSequenceInMemory = entrySequence(entry);
  }

  takeFirst(): OutboxEntry | undefined {
    const entry = this.waiting.shift();
    if (entry !== undefined) this.waitingBytes -= entryBytes(entry);
    return entry;
  }

  putBack(entry: OutboxEntry): void {
    this.waiting.unshift(entry);
    this.waitingBytes += entryBytes(entry);
  }

  isDurable(entry: OutboxEntry, durableSequenceEnd: number): boolean {
    return entrySequence(entry) < durableSequenceEnd;
  }

  get isFull(): boolean {
    return this.waiting.size >= linkEntriesInMemoryMax || this.waitingBytes >= linkBytesInMemoryMax;
  }
}

export class PartitionLinks {
  readonly outgoing = new Map<number, Link>();
  /** The last sequence received from each other partition. */
  readonly received = new Map<number, number>();
  /** How many entries of all links are not acknowledged. */
  depth = 0;

  link(to: number): Link {
    const known = this.outgoing.get(to);
    if (known !== undefined) return known;
    const made = new Link(to);
    this.outgoing.set(to, made);
    return made;
  }
}

export function entryBytes(entry: OutboxEntry): number {
  return (entry.kind === "message" ? entry.message.value : entry.record.value).bytes.length + entryOverheadBytes;
}
