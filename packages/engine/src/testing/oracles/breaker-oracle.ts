/**
 * BreakerOracle: who listens knows of each breaker what is true of the endpoint that serves under its name now, and not of one that it replaced. Neighbours:
 * frame-oracle.ts (when one may open), clock-oracle.ts (that it is probed in time). Sees one partition: with more each says its own.
 */
import type { PartitionState } from "../../core/partition-state.ts";
import type { EngineEvent } from "../../model/engine-event.ts";
import { must } from "../sim/trace.ts";

export class BreakerOracle {
  /** Endpoints whose breaker is said not to be closed; a new life of the engine begins with none. */
  private readonly open = new Set<string>();
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
    const { endpoints } = state.routes;
    if (this.life !== state) {
      this.open.clear();
      for (const [id, { breaker }] of endpoints) if (breaker !== "closed") this.open.add(id);
      this.life = state;
      return;
    }
    const isOpen = (id: string): boolean => (endpoints.get(id)?.breaker ?? "closed") !== "closed";
    for (const id of endpoints.keys()) this.checkOne(id, isOpen(id));
    for (const id of this.open) this.checkOne(id, isOpen(id));
  }

  private checkOne(id: string, isOpen: boolean): void {
    const said = this.open.has(id);
    must(said === isOpen, () => `breakers: ${id} is said to be ${said ? "open" : "closed"}, and is not`);
  }
}
