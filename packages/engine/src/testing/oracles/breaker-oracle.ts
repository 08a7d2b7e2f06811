/**
 * BreakerOracle: a listener knows of each breaker what is true of the endpoint that now serves under its name, and not of an endpoint that
 * this one replaced. Neighbours: frame-oracle.ts (when a breaker may open), clock-oracle.ts (that it is probed in time). It looks at one
 * partition only, because each of several reports its own breakers.
 */
import type { PartitionState } from "../../core/partition-state.ts";
import type { EngineEvent } from "@signalbox/runtime/model/engine-event";
import { must } from "../sim/trace.ts";

export class BreakerOracle {
  /** Endpoints whose breaker was reported as not closed. When the engine starts anew, there are none. */
  private readonly open = new Set<string>();
  private life: PartitionState | undefined;

  told(event: EngineEvent): void {
    // A listener that hears of new bindings reads the endpoints again; an endpoint that was replaced begins with a closed breaker.
    if (event.kind === "bindings-changed") this.life = undefined;
    if (event.kind !== "breaker-changed") return;
    if (event.state === "closed") this.open.delete(event.endpoint);
    else this.open.add(event.endpoint);
  }

  /** Called after each event. */
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
