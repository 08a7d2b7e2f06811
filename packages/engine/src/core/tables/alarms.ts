/**
 * Alarms: what the partition must do at which time: retries, probes, delayed messages, the next token of a limit, the watch over attempts
 * in flight.
 */
import type { DelayedMessage } from "@signalbox/runtime/model/message";
import { DueHeap } from "../../model/collections/due-heap.ts";
import type { ColdCursor } from "./cold-table.ts";
import type { EndpointState } from "./endpoint-state.ts";
import type { Entity } from "./entity.ts";
import type { LimitScope } from "./limit-scope.ts";

export type Alarm =
  | { readonly kind: "retry"; readonly dueMs: number; readonly order: number; readonly entity: Entity }
  | { readonly kind: "probe"; readonly dueMs: number; readonly order: number; readonly endpoint: EndpointState }
  | { readonly kind: "delayed"; readonly dueMs: number; readonly order: number; readonly delayed: DelayedMessage }
  | { readonly kind: "token"; readonly dueMs: number; readonly order: number; readonly scope: LimitScope }
  | { readonly kind: "cold"; readonly dueMs: number; readonly order: number; readonly cursor: ColdCursor }
  | { readonly kind: "breakpoint"; readonly dueMs: number; readonly order: number; readonly id: string }
  | { readonly kind: "looks"; readonly dueMs: number; readonly order: number }
  | { readonly kind: "watch"; readonly dueMs: number; readonly order: number };

export class Alarms {
  private readonly heap = new DueHeap<Alarm>();
  private order = 0;

  get nextDueMs(): number | undefined {
    return this.heap.first?.dueMs;
  }

  get size(): number {
    return this.heap.size;
  }

  /** A number for the next alarm: of two that are due at the same time, the one that was set first rings first. */
  takeOrder(): number {
    return this.order++;
  }

  add(alarm: Alarm): void {
    this.heap.add(alarm);
  }

  popDue(nowMs: number): Alarm | undefined {
    const { first } = this.heap;
    return first === undefined || first.dueMs > nowMs ? undefined : this.heap.pop();
  }

  /** Alarms that wait for a span of time, and not for a moment of the wall clock, move with a step of the clock. */
  step(byMs: number): void {
    this.heap.replace((alarm) => (alarm.kind === "delayed" ? alarm : { ...alarm, dueMs: alarm.dueMs + byMs }));
  }

  /** Removes all alarms for which `wanted` is false. */
  keep(wanted: (alarm: Alarm) => boolean): void {
    this.heap.keep(wanted);
  }
}
