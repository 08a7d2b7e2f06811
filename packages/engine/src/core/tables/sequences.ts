/**
 * Sequences: the numbers that messages, delayed messages, egress records and journal records are named by. Partitions take turns: each
 * gives every count-th number, so that no two give the same.
 */
import type { PartitionPlace } from "../../model/partition-place.ts";

export class Sequences {
  next: number;
  private readonly step: number;

  constructor(place: PartitionPlace) {
    this.next = place.index + 1;
    this.step = place.count;
  }

  take(): number {
    const sequence = this.next;
    this.next += this.step;
    return sequence;
  }

  /** Advances to the first number of this partition that is not below `atLeast`. */
  advance(atLeast: number): void {
    if (this.next >= atLeast) return;
    this.next += Math.ceil((atLeast - this.next) / this.step) * this.step;
  }
}
