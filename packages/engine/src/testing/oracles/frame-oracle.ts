/**
 * FrameOracle: a connection that breaks with several calls on it is one failure of its endpoint. The breaker may open by many failures only
 * after as many connections have failed as it needs since the endpoint last answered; calls that shared a connection count once.
 * Neighbours: sim-frames.ts (numbers the calls that share a connection), world.ts (reports to it). It sees one partition's endpoints and
 * does not look when there are more.
 */
import { formatAddress } from "@signalbox/runtime/model/address";
import type { Address } from "@signalbox/runtime/model/address";
import type { EngineEvent } from "@signalbox/runtime/model/engine-event";
import type { InvocationOutcome, InvocationRequest } from "@signalbox/runtime/model/invocation";
import { must } from "../sim/trace.ts";

export class FrameOracle {
  checks = 0;
  /** The newest request of an entity, and the event by which it ended. */
  private readonly newest = new Map<string, { readonly invocation: number; event: number }>();
  private readonly failed = new Map<string, Set<string>>();
  private failures = 0;
  private readonly isClosed = new Map<string, boolean>();
  private newestInvocation = 0;
  /** What was sent up to this invocation may have gone to an endpoint that has another in its place since; its answer says nothing of that one. */
  private sentBeforeBinding = 0;

  sent({ target, invocation }: InvocationRequest): void {
    this.newestInvocation = invocation;
    this.newest.set(formatAddress(target), { invocation, event: 0 });
  }

  ended({ target, invocation }: InvocationRequest, outcome: InvocationOutcome): void {
    const newest = this.newest.get(formatAddress(target));
    if (newest?.invocation === invocation && outcome.kind === "failure") newest.event = outcome.event ?? 0;
  }

  observe(event: EngineEvent, at: { readonly breakerEntitiesMin: number; readonly isOnlyPartition: boolean }): void {
    switch (event.kind) {
      case "attempt-failed":
        return this.attemptFailed(event);
      case "invocation-ended":
        if (event.record.outcome.kind === "completed" && this.isOfThisBinding(event.record.address))
          this.failed.get(event.record.endpoint)?.clear();
        return;
      case "breaker-changed":
        if (event.state === "open" && event.failure !== undefined && event.failure.scope !== "down" && at.isOnlyPartition)
          this.checkOpened(event.endpoint, at.breakerEntitiesMin);
        this.isClosed.set(event.endpoint, event.state === "closed");
        return;
      case "bindings-changed":
        this.sentBeforeBinding = this.newestInvocation;
        return;
      default:
        return;
    }
  }

  /** When the engine starts anew, its breakers are closed. */
  crashed(): void {
    this.sentBeforeBinding = 0;
    this.isClosed.clear();
    this.failed.clear();
  }

  private isOfThisBinding(address: Address): boolean {
    return (this.newest.get(formatAddress(address))?.invocation ?? 0) > this.sentBeforeBinding;
  }

  private attemptFailed({ address, endpoint, failure }: Extract<EngineEvent, { kind: "attempt-failed" }>): void {
    // A function that answers, even wrongly, shows that its endpoint is up.
    if (failure.scope === "entity") this.failed.delete(endpoint);
    if (failure.scope !== "suspect") return;
    const shared = this.newest.get(formatAddress(address))?.event ?? 0;
    const failed = this.failed.get(endpoint) ?? new Set<string>();
    this.failed.set(endpoint, failed.add(shared === 0 ? `alone ${++this.failures}` : `frame ${shared}`));
  }

  private checkOpened(endpoint: string, breakerEntitiesMin: number): void {
    if (this.isClosed.get(endpoint) === false) return;
    this.checks++;
    const connections = this.failed.get(endpoint)?.size ?? 0;
    this.failed.delete(endpoint);
    must(
      connections >= breakerEntitiesMin,
      () => `G7: ${endpoint} is taken for down after ${connections} connections failed, not ${breakerEntitiesMin}`,
    );
  }
}
