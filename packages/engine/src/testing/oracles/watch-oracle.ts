/**
 * WatchOracle: the first attempt of a message of a watched trace is sent alone, unless its mailbox is too long for that, so that what it
 * causes is known and not guessed. clock-oracle.ts checks that a watch ends. Neighbour: sim/sim-operator.ts (the people who watch).
 */
import type { PartitionState } from "../../core/partition-state.ts";
import { formatAddress } from "@signalbox/runtime/model/address";
import type { InvocationRequest } from "@signalbox/runtime/model/invocation";
import { homeOf } from "../../model/partition-place.ts";
import { watchedMailboxMessagesMax } from "@signalbox/runtime/model/watched-traces";
import { must } from "../sim/trace.ts";

export class WatchOracle {
  /** Requests whose first message is of a watched trace. */
  checks = 0;

  /** Called when a request leaves. A request that is tried again is the one that was sent before, whoever watches now. */
  sent({ target, inputs, invocation, attempt, endpoint }: InvocationRequest, partitions: readonly PartitionState[]): void {
    const state = partitions[homeOf(target.id, Math.max(1, partitions.length))];
    const entity = state?.invocations.inFlight.get(invocation);
    if (state === undefined || entity === undefined || attempt > 1 || endpoint.watched === false) return;
    if (entity.mailbox.depth > watchedMailboxMessagesMax) return;
    const messages = entity.mailbox.first(inputs.length);
    if (!messages.some(({ trace }) => state.watched.isWatched(trace, entity.startedMs))) return;
    this.checks++;
    must(
      inputs.length === 1,
      () => `watch: ${formatAddress(target)} got ${inputs.length} messages at once, one of a trace that is watched`,
    );
  }
}
