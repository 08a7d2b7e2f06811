/**
 * EpochTable: the open epoch's write set and those that are being synced, with the acknowledgements that wait for each. commit.ts seals and
 * ends epochs; everything else in the core only adds to the open one.
 */
import type { Acknowledgement } from "../action.ts";
import { coverageMark } from "../coverage-mark.ts";
import type { Sequences } from "./sequences.ts";
import { WriteSet } from "./write-set.ts";

export interface HeldAcknowledgement {
  readonly request: number;
  readonly acknowledgement: Acknowledgement;
}

export interface SealedWrites {
  readonly epoch: number;
  readonly writes: WriteSet;
  readonly acknowledgements: readonly HeldAcknowledgement[];
  /** The sequence below which everything is in this or an earlier epoch. */
  readonly sequenceEnd: number;
}

export class EpochTable {
  /** The epoch that is open now. */
  open = 1;
  durable = 0;
  durableSequenceEnd: number;
  writes = new WriteSet();
  acknowledgements: HeldAcknowledgement[] = [];
  /** How many of the acknowledgements may wait until an epoch that nobody awaits is closed. */
  unhurried = 0;
  sealed: SealedWrites[] = [];
  /** Sequences from this one on were given in the open epoch. */
  firstSequence: number;
  private readonly sequences: Sequences;

  constructor(sequences: Sequences) {
    this.sequences = sequences;
    this.durableSequenceEnd = sequences.next;
    this.firstSequence = sequences.next;
  }

  /** Called at recovery: the epochs up to `durable`, and everything below the next sequence, were written before this start. */
  continueAfter(durable: number): void {
    this.open = durable + 1;
    this.durable = durable;
  }

  /** Called when all sequences that were given so far are durable. */
  beginSequences(): void {
    this.firstSequence = this.sequences.next;
    this.durableSequenceEnd = this.sequences.next;
  }

  /** The write sets that a read which begins now may not see, oldest first. */
  notDurable(): WriteSet[] {
    return [...this.sealed.map(({ writes }) => writes), this.writes];
  }

  get lastSequenceGiven(): number {
    return this.sequences.next - 1;
  }

  /** Bytes of the open and the syncing epochs. */
  get pendingBytes(): number {
    return this.sealed.reduce((sum, sealed) => sum + sealed.writes.bytes, this.writes.bytes);
  }

  /** What the open and the syncing epochs hold for a key; undefined: ask the store. */
  pending(key: string): { readonly record: ReturnType<WriteSet["records"]["get"]> } | undefined {
    if (this.writes.records.has(key)) return { record: this.writes.records.get(key) };
    for (let index = this.sealed.length - 1; index >= 0; index--) {
      const records = this.sealed[index]?.writes.records;
      if (records?.has(key)) return { record: records.get(key) };
    }
    return undefined;
  }

  acknowledgeWhenDurable(request: number, acknowledgement: Acknowledgement): void {
    this.acknowledgements.push({ request, acknowledgement });
  }

  /** An acknowledgement that nobody hears yet, so that the epoch need not hurry for it. */
  acknowledgeUnhurried(request: number, acknowledgement: Acknowledgement): void {
    this.acknowledgeWhenDurable(request, acknowledgement);
    this.unhurried++;
  }

  /**
   * Removes a row that is written once and named by its sequence. A row that is written and removed in one epoch never touches the disk.
   */
  removeRow(key: string, sequence: number): void {
    if (sequence >= this.firstSequence) {
      coverageMark("message-born-and-gone-in-one-epoch");
      this.writes.forget(key);
    } else this.writes.remove(key);
  }

  /** The open epoch ends here; the next one begins empty. */
  seal(): SealedWrites {
    const sealed = {
      epoch: this.open,
      writes: this.writes,
      acknowledgements: this.acknowledgements,
      sequenceEnd: this.sequences.next,
    };
    this.sealed.push(sealed);
    this.writes = new WriteSet();
    this.acknowledgements = [];
    this.unhurried = 0;
    this.firstSequence = this.sequences.next;
    this.open++;
    return sealed;
  }
}
