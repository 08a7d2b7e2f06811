/** Lifecycle: what is in force, how it is, and how it ends. Every runtime has this facet: without it there is nothing to talk to. */
import type { Bindings } from "./model/endpoint-spec.ts";
import type { LimitView } from "./model/limit-view.ts";
import type { EndpointView, EngineStatus, FunctionTypeView } from "./model/views.ts";

/** What a runtime tells instead of being asked again and again. May be told once too often, never too seldom. */
export type EngineChange =
  /** Records of the egress became durable, or were acknowledged. */
  | { readonly kind: "egress-records"; readonly egress: string }
  /** Another state is in force: positions and outboxes are those of the savepoint, or what an erasure left. */
  | { readonly kind: "restored" };

export interface Lifecycle {
  status(): EngineStatus;
  endpoints(): EndpointView[];
  /** Limits of modules with what they count now. */
  limits(): LimitView[];
  /** Those that a module binds, that have answered, or for which something waits. */
  functionTypes(): FunctionTypeView[];
  /** Replaces what is in force; running invocations end under the old bindings. */
  applyBindings(bindings: Bindings): Promise<void>;
  /** Returns the way to stop being told. A listener must not throw. */
  onChange(listener: (change: EngineChange) => void): () => void;
  /** Resolves once nothing waits that could run now, nothing is in flight and everything is durable (tests, drains). */
  settled(): Promise<void>;
  /** No new invocations; in-flight ones end (at most drainTimeoutMs), epochs finish; then closed. */
  stop(options?: { drainTimeoutMs?: number }): Promise<void>;
}

export const lifecycleMethods = [
  "status",
  "endpoints",
  "limits",
  "functionTypes",
  "applyBindings",
  "onChange",
  "settled",
  "stop",
] as const satisfies readonly (keyof Lifecycle)[];
