/**
 * HeldReplies: the memory that large replies take until their effects are durable, by the epoch that holds them.
 * Neighbours: partition-processor.ts keeps one; the transport counts what is held (adapters/http/reply-memory.ts).
 * Guarantee: what is kept is released once.
 */
import type { HeldMemory } from "@signalbox/runtime/model/invocation";

export class HeldReplies {
  /** In the order of their epochs. */
  private readonly kept: { readonly epoch: number; readonly held: HeldMemory }[] = [];

  /** `epoch`: undefined when no epoch holds anything of the reply. */
  keep(held: HeldMemory, epoch: number | undefined): void {
    if (epoch === undefined) held.release();
    else this.kept.push({ epoch, held });
  }

  durable(epoch: number): void {
    if (this.kept.length === 0) return;
    let count = 0;
    while ((this.kept[count]?.epoch ?? Number.POSITIVE_INFINITY) <= epoch) count++;
    for (const { held } of this.kept.splice(0, count)) held.release();
  }

  releaseAll(): void {
    for (const { held } of this.kept.splice(0)) held.release();
  }
}
