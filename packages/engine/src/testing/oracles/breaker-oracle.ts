/**
 * BreakerOracle: who listens knows of each breaker what is true of the endpoint that serves under its name now, and not of one that it replaced. Neighbours:
 * frame-oracle.ts (when one may open), clock-oracle.ts (that it is probed in time). Sees one partition: with more each says its own.
 */
import type { PartitionState } from "../../core/partition-state.ts";
import type { EngineEvent } from "../../model/engine-event.ts";
import { must } from "../sim/trace.ts";

export class BreakerOracle {
  /** Endpoints whose breaker is said not to be closed; a new life of the engine begins with none. */
  private open = new Set<string>();
  private life: PartitionState | undefined;

  told(event: EngineEvent): void {
    // Whoever hears of new bindings reads the endpoints again: one that was replaced begins closed.
    if (event.kind === "bindings-changed") this.life = undefined;
    if (event.kind !== "breaker-changed") return;
    if (event.state === "closed") this.open.delete(event.endpoint);
    else this.open.add(event.endpoint);
  }

  /** After each event. */
  check(partitions: readonly PartitionState[]): void {
    const [state] = partitions;
    if (state === undefined || partitions.length > 1) return;
    const endpoints = [...state.routes.endpoints];
    const open = new Set(endpoints.flatMap(([id, { breaker }]) => (breaker === "closed" ? [] : [id])));
    if (this.life !== state) this.open = open;
    this.life = state;
    for (const id of new Set([...open, ...this.open]))
      must(open.has(id) === this.open.has(id), () => `breakers: ${id} is said to be ${this.open.has(id) ? "open" : "closed"}, and is not`);
  }
}
