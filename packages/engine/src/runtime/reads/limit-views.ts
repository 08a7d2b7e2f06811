/**
 * LimitViews: the limits of a partition as plain views, and the views of several partitions merged into one: counts are added, and of two
 * moments the earlier one is kept.
 */
import type { PartitionState } from "../../core/partition-state.ts";
import type { LimitScope } from "../../core/tables/limit-scope.ts";
import type { Limit } from "../../core/tables/limit-table.ts";
import type { LimitSpec } from "@signalbox/runtime/model/limit-spec";
import { limitKeysShownMax, type LimitKeyView, type LimitView } from "@signalbox/runtime/model/limit-view";
import type { PartitionProcessor } from "../processor/partition-processor.ts";

export function viewLimits({ state, clock }: PartitionProcessor): LimitView[] {
  const { limits, bindings } = state.routes;
  if (limits.isEmpty) return [];
  const declared = new Map((bindings.limits ?? []).map((spec) => [spec.id, spec]));
  const wallMs = clock.nowMs();
  return limits.all.map((limit) => viewLimit(state, limit, { spec: declared.get(limit.spec.id) ?? limit.spec, wallMs }));
}

function viewLimit(state: PartitionState, { common, byKey }: Limit, at: { spec: LimitSpec; wallMs: number }): LimitView {
  const whole = countsOf(state, common, at.wallMs);
  const keys = [...byKey].map(([key, scope]): LimitKeyView => ({ key, ...countsOf(state, scope, at.wallMs) }));
  const isByKey = at.spec.key.kind !== "all";
  return {
    spec: at.spec,
    tokens: isByKey ? undefined : whole.tokens,
    waitingMessages: whole.waitingMessages + sumOf(keys, "waitingMessages"),
    inFlight: whole.inFlight + sumOf(keys, "inFlight"),
    held: whole.held || keys.some(({ held }) => held),
    untilMs: earliest([whole, ...keys].map(({ untilMs }) => untilMs)),
    keys: byKey.size,
    shared: isByKey && common.entities > 0,
    topKeys: topOf(keys.filter(({ waitingMessages, inFlight, held }) => held || waitingMessages + inFlight > 0)),
  };
}

function countsOf(state: PartitionState, scope: LimitScope, wallMs: number): Omit<LimitKeyView, "key"> {
  const { limits } = state.routes;
  const { bucket, waitingMessages, inFlight } = scope;
  const nowMs = limits.steadyMs(wallMs);
  const held = state.ready.heldBy.has(scope);
  const untilMs = held && bucket !== undefined && bucket.whole(nowMs) < 1 ? Math.ceil(wallMs + bucket.untilMs(1, nowMs)) : undefined;
  return { tokens: bucket?.level(nowMs), waitingMessages, inFlight, held, untilMs };
}

export function mergeLimits(all: readonly (readonly LimitView[])[]): LimitView[] {
  const merged = new Map<string, LimitView>();
  for (const view of all.flat()) {
    const known = merged.get(view.spec.id);
    merged.set(view.spec.id, known === undefined ? view : mergeLimit(known, view));
  }
  return [...merged.values()].toSorted((a, b) => (a.spec.id < b.spec.id ? -1 : 1));
}

function mergeLimit(one: LimitView, other: LimitView): LimitView {
  const keys = new Map<string, LimitKeyView>();
  for (const view of [...one.topKeys, ...other.topKeys]) {
    const known = keys.get(view.key);
    keys.set(view.key, known === undefined ? view : { key: view.key, ...mergeCounts(known, view) });
  }
  return {
    spec: one.spec,
    ...mergeCounts(one, other),
    // A key whose ids live in several partitions has a bucket in each.
    keys: Math.max(one.keys, other.keys, keys.size),
    shared: one.shared || other.shared,
    topKeys: topOf([...keys.values()]),
  };
}

function mergeCounts(one: Omit<LimitKeyView, "key">, other: Omit<LimitKeyView, "key">): Omit<LimitKeyView, "key"> {
  return {
    tokens: one.tokens === undefined ? other.tokens : one.tokens + (other.tokens ?? 0),
    waitingMessages: one.waitingMessages + other.waitingMessages,
    inFlight: one.inFlight + other.inFlight,
    held: one.held || other.held,
    untilMs: earliest([one.untilMs, other.untilMs]),
  };
}

function sumOf(keys: readonly LimitKeyView[], name: "waitingMessages" | "inFlight"): number {
  return keys.reduce((sum, key) => sum + key[name], 0);
}

function earliest(moments: readonly (number | undefined)[]): number | undefined {
  return moments.reduce((least, one) => (least === undefined || (one !== undefined && one < least) ? one : least), undefined);
}

function topOf(keys: readonly LimitKeyView[]): LimitKeyView[] {
  return keys
    .toSorted((a, b) => Number(b.held) - Number(a.held) || b.waitingMessages - a.waitingMessages || (a.key < b.key ? -1 : 1))
    .slice(0, limitKeysShownMax);
}
