/**
 * IngressLimits: what the ingress refuses because of a module's limits: too much waits for a type or a key, or the ingress has used up its
 * rate. The sender is told which limit it is and when to come again. Nothing that functions send is refused.
 * Neighbour: ingress.ts asks before it admits.
 */
import type { Address } from "@signalbox/runtime/model/address";
import { coverageMark } from "./coverage-mark.ts";
import type { PartitionState } from "./partition-state.ts";
import type { LimitScope } from "./tables/limit-scope.ts";

export interface LimitRefusal {
  readonly text: string;
  readonly cure: string;
  readonly retryAfterMs: number;
}

const retryAfterMsMin = 1_000;

/**
 * Returns the limit that is full, or undefined when more messages may wait. Without an id, only limits that count everything together are
 * asked.
 */
export function fullLimit(state: PartitionState, { type, id }: { type: string; id: string | undefined }): LimitRefusal | undefined {
  const { limits } = state.routes;
  if (limits.isEmpty) return undefined;
  const known = state.entities.types.get(type);
  const covering = known === undefined ? limits.ofType(type) : known.limits;
  if (covering === undefined) return undefined;
  const { shared, keyed } = covering;
  const own = keyed === undefined || id === undefined ? undefined : limits.find(keyed, id);
  const full = [...shared, ...(own === undefined ? [] : [own])].find((scope) => scope.isFull);
  if (full === undefined) return undefined;
  const { messagesPerSecond } = full.spec;
  return {
    text: `${full.waitingMessages} messages wait already under ${nameOf(full)}`,
    cure: "Send again later, or raise `waiting` of the limit.",
    retryAfterMs: Math.max(retryAfterMsMin, Math.ceil(1000 / (messagesPerSecond ?? 1))),
  };
}

/**
 * Takes one token for each target, or none if there are not enough, and then says when there will be. A request larger than the burst is
 * taken in advance.
 */
export function takeFromIngress(state: PartitionState, ingress: string, targets: readonly Address[]): LimitRefusal | undefined {
  const { limits } = state.routes;
  const counts = new Map<LimitScope, number>();
  for (const limit of limits.ofIngress(ingress)) {
    for (const { id } of targets) {
      const scope = limits.scopeOf(limit, id);
      counts.set(scope, (counts.get(scope) ?? 0) + 1);
    }
  }
  const { nowMs } = limits;
  for (const [scope, count] of counts) {
    const { bucket } = scope;
    if (bucket === undefined) continue;
    const wanted = Math.min(count, bucket.burst);
    if (bucket.whole(nowMs) >= wanted) continue;
    coverageMark("ingress-refused-by-its-rate");
    return {
      text: `${ingress} may bring ${bucket.perSecond} messages a second here, says ${nameOf(scope)}`,
      cure: "Send again then, or raise the limit.",
      retryAfterMs: Math.max(1, Math.ceil(bucket.untilMs(wanted, nowMs))),
    };
  }
  for (const [scope, count] of counts) scope.bucket?.take(count, nowMs);
  return undefined;
}

function nameOf({ spec, key }: LimitScope): string {
  return key === undefined ? `the limit ${spec.id}` : `the limit ${spec.id} for ${JSON.stringify(key)}`;
}
