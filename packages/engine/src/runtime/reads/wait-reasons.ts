/**
 * WaitReasons: why an entity waits (model/wait-reason.ts), read from the partition's memory on request. It checks the same conditions as
 * core/dispatch.ts in the same order, and returns the first one that holds the entity now. Neighbour: entity-queries.ts.
 */
import type { EndpointState } from "../../core/tables/endpoint-state.ts";
import type { Entity } from "../../core/tables/entity.ts";
import type { FunctionTypeState } from "../../core/tables/function-type-state.ts";
import type { PartitionState } from "../../core/partition-state.ts";
import { mustSenderWait } from "../../core/scheduling/held-senders.ts";
import { holderOf } from "../../core/scheduling/limit-holds.ts";
import { ReadyLanes } from "../../core/tables/ready-lanes.ts";
import { isSuspect, wantsToBeAlone } from "../../core/tables/trials.ts";
import { assertNever } from "../../model/invariant.ts";
import type { WaitReason } from "@signalbox/runtime/model/wait-reason";

/** How far into a queue the search for an entity's place goes. */
const aheadCountedMax = 1_000;

export function waitReasonOf(state: PartitionState, entity: Entity): WaitReason | undefined {
  const { status, sinceMs, failure } = entity;
  switch (status) {
    case "idle":
      return undefined;
    case "paused":
      return { kind: "paused", sinceMs };
    case "parked":
      return { kind: "parked", sinceMs, attempts: entity.failures, failure };
    case "backing-off":
      return { kind: "backing-off", untilMs: entity.retryAtMs, attempt: entity.failures + entity.overloads + entity.deaths, failure };
    case "in-flight":
      return {
        kind: "in-flight",
        endpoint: entity.sentTo?.spec.id ?? "",
        sinceMs: entity.startedMs,
        attempt: entity.failures + 1,
        messages: entity.batchCount,
      };
    case "loading":
      return entity.mailbox.inMemory === 0 && state.mailboxes.awaitingDurable.has(entity) ? { kind: "not-durable" } : { kind: "loading" };
    case "held":
      return heldReason(entity);
    case "ready":
      return whyNotSent(state, entity);
    default:
      return assertNever(status);
  }
}

function heldReason({ heldAt, heldUnclear: unclear, heldSinceMs: sinceMs }: Entity): WaitReason | undefined {
  return heldAt && { kind: "breakpoint", breakpoint: heldAt.spec.id, by: heldAt.spec.by, sinceMs, untilMs: heldAt.untilMs, unclear };
}

/** The reason for an entity that is not in memory and has messages on disk. */
export function coldWaitReason(state: PartitionState, type: FunctionTypeState): WaitReason {
  const { endpoint, name, coldRows } = type;
  if (endpoint === undefined) return { kind: "no-endpoint", type: name };
  return outageOf(state, endpoint) ?? (state.draining ? { kind: "draining" } : { kind: "on-disk", type: name, messages: coldRows });
}

function whyNotSent(state: PartitionState, entity: Entity): WaitReason {
  const { endpoint } = entity.type;
  if (state.mailboxes.awaitingDurable.has(entity)) return { kind: "not-durable" };
  if (endpoint === undefined) return { kind: "no-endpoint", type: entity.type.name };
  const outage = outageOf(state, endpoint);
  if (outage !== undefined) return outage;
  if (state.draining) return { kind: "draining" };
  if (state.epochs.writes.bytes > state.limits.epochBytesMax) return { kind: "disk-behind", pendingBytes: state.epochs.pendingBytes };
  if (!entity.type.handshakeDone && entity.type.asking !== 0) return { kind: "first-reply", endpoint: endpoint.spec.id };
  const heldBack = heldBackOf(entity.type, endpoint);
  if (heldBack !== undefined) return heldBack;
  const limited = limitOf(state, entity);
  if (limited !== undefined) return limited;
  const alone = state.ready.aloneAt(endpoint);
  if (isSuspect(entity)) return { kind: "suspected", endpoint: endpoint.spec.id, deaths: entity.deaths, alone: wantsToBeAlone(entity) };
  if (alone !== undefined) return { kind: "held-for-trial", endpoint: endpoint.spec.id, entity: alone.address };
  return behind(state, entity, endpoint);
}

function heldBackOf(type: FunctionTypeState, endpoint: EndpointState): WaitReason | undefined {
  const by = type.heldBackBy();
  if (by === undefined || !mustSenderWait(type)) return undefined;
  const inFlightMax = type.heldCredits(endpoint.limit);
  return { kind: "held-back", endpoint: endpoint.spec.id, by: by.name, messages: by.coldRows, inFlight: type.inFlight, inFlightMax };
}

/** Computed at the time of the last step, because an alarm makes a step when the token is there. */
function limitOf(state: PartitionState, entity: Entity): WaitReason | undefined {
  const { limits } = state.routes;
  const scope = entity.type.limits === undefined ? undefined : holderOf(state, entity);
  if (scope === undefined) return undefined;
  const { spec, key, bucket, inFlight } = scope;
  const byRate = bucket !== undefined && bucket.whole(limits.nowMs) < 1;
  return {
    kind: "limit",
    limit: spec.id,
    module: spec.module,
    key,
    bound: byRate ? "rate" : "in-flight",
    messagesPerSecond: spec.messagesPerSecond,
    untilMs: byRate ? Math.ceil(limits.wallMs(limits.nowMs + bucket.untilMs(1, limits.nowMs))) : undefined,
    inFlight,
    inFlightMax: spec.inFlightMax,
    pause: spec.pause,
  };
}

function outageOf(state: PartitionState, endpoint: EndpointState): WaitReason | undefined {
  const { breaker, openedBy } = endpoint;
  const outage = { endpoint: endpoint.spec.id, sinceMs: endpoint.breakerSinceMs, failure: endpoint.breakerFailure, openedBy };
  switch (breaker) {
    case "closed":
      return undefined;
    case "open":
      return { kind: "breaker-open", nextProbeMs: endpoint.nextProbeMs, ...outage };
    case "probing":
      return { kind: "probing", probe: state.invocations.inFlight.get(endpoint.probe)?.address, ...outage };
    default:
      return assertNever(breaker);
  }
}

function behind(state: PartitionState, entity: Entity, endpoint: EndpointState): WaitReason {
  const { ready } = state.ready.ofType(entity.type);
  const concurrencyLimit = Math.floor(endpoint.limit);
  const place = { kind: "behind", endpoint: endpoint.spec.id, inFlight: endpoint.inFlight, concurrencyLimit } as const;
  if (ready instanceof ReadyLanes) return { ...place, ahead: ready.ahead(entity), aheadAtLeast: false };
  let ahead = 0;
  let aheadAtLeast = false;
  for (const other of ready) {
    if (other === entity) break;
    aheadAtLeast = ahead === aheadCountedMax;
    if (aheadAtLeast) break;
    ahead++;
  }
  return { ...place, ahead, aheadAtLeast };
}
