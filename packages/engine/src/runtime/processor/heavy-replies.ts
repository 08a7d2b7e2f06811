/**
 * HeavyReplies: applies replies with very many effects one per turn of the event loop. Dozens may come in one turn, and each may send
 * thousands of messages: applied together they would hold the thread for seconds while nothing of them is written to disk. Neighbours:
 * partition-processor.ts hands over replies that hold reply memory (held-replies.ts), which bounds their number and bytes. Guarantee: each
 * reply is applied once, in the order of arrival.
 */
import { Fifo } from "../../model/collections/fifo.ts";
import type { HeldMemory, InvocationOutcome } from "@signalbox/runtime/model/invocation";
import type { Clock } from "../../ports/clock.ts";

export function heldBy(outcome: InvocationOutcome): HeldMemory | undefined {
  return outcome.kind === "reply" ? outcome.held : undefined;
}

export class HeavyReplies {
  private readonly clock: Pick<Clock, "schedule">;
  private readonly waiting = new Fifo<() => void>();

  constructor(clock: Pick<Clock, "schedule">) {
    this.clock = clock;
  }

  /** Applies the reply now, or in a turn of its own when it is heavy. */
  take(outcome: InvocationOutcome, apply: () => void): void {
    if (heldBy(outcome) === undefined) return apply();
    this.waiting.push(apply);
    if (this.waiting.size === 1) this.takeNext();
  }

  private takeNext(): void {
    this.clock.schedule(0, () => {
      const apply = this.waiting.shift();
      if (this.waiting.size > 0) this.takeNext();
      apply?.();
    });
  }
}
