/**
 * HeavyReplies: replies of very many effects are applied one a turn of the event loop. Dozens may come in one turn, and each may send thousands of
 * messages: applied together they would keep the thread for seconds, and nothing of them would be on its way to disk meanwhile.
 * Neighbours: partition-processor.ts hands over what holds reply memory (held-replies.ts), so their number and bytes are bounded by that.
 * Guarantee: each is applied once, in the order in which they came.
 */
import { Fifo } from "../model/collections/fifo.ts";
import type { HeldMemory, InvocationOutcome } from "../model/invocation.ts";
import type { Clock } from "../ports/clock.ts";

export function heldBy(outcome: InvocationOutcome): HeldMemory | undefined {
  return outcome.kind === "reply" ? outcome.held : undefined;
}

export class HeavyReplies {
  private readonly clock: Pick<Clock, "schedule">;
  private readonly waiting = new Fifo<() => void>();

  constructor(clock: Pick<Clock, "schedule">) {
    this.clock = clock;
  }

  /** Now, or in its turn when it is a heavy one. */
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
