/**
 * FairnessOracle: an endpoint that is probed has its probe in flight or nothing to send, and an open one has an alarm; both are checked
 * after every event. Some time after the calm began, counted from the number of bad messages, no good entity waits any more (G7).
 * Neighbour: bad-functions.ts.
 */
import type { Alarm } from "../../core/tables/alarms.ts";
import type { EndpointState } from "../../core/tables/endpoint-state.ts";
import type { Entity } from "../../core/tables/entity.ts";
import type { PartitionState } from "../../core/partition-state.ts";
import { splitKey, tableRange } from "../../core/store/store-key.ts";
import { decodeRecord } from "../../core/store/store-record.ts";
import { formatAddress } from "@signalbox/runtime/model/address";
import type { StoreReader } from "../../ports/store.ts";
import { mannerOf } from "../sim/bad-functions.ts";
import { decodeEnvelope } from "./interpreter.ts";
import { isHeld } from "./limit-oracle.ts";
import { must } from "../sim/trace.ts";

/** Covers delays of four steps, call timeouts and waits for a probe that began before the calm. */
const calmMs = 200_000;
const throwerMs = 2_000;
/** Covers some deaths, restarts and probes. */
const killerMs = 60_000;

export function goodAreServedWithinMs(world: {
  readonly bad: { readonly throwers: number; readonly killers: number };
  /** The time that all messages take under the limits. */
  readonly limitedMs: number;
}): number {
  return calmMs + world.bad.throwers * throwerMs + world.bad.killers * killerMs + world.limitedMs;
}

export function checkGoodAreServed(partitions: readonly PartitionState[]): void {
  for (const state of partitions)
    for (const type of state.entities.types.values()) for (const entity of state.entities.ofType(type.name)) checkServed(entity);
}

function checkServed(entity: Entity): void {
  const { status, mailbox } = entity;
  // Entities of which nothing is in memory are found on disk (checkColdAreServed).
  if (status === "idle" || status === "parked" || status === "paused" || mailbox.inMemory === 0) return;
  const isBad = mailbox.first(mailbox.inMemory).some(({ value }) => mannerOf(decodeEnvelope(value).program) !== undefined);
  // Messages that bad entities wait for come before what waits on disk only.
  must(isBad, () => `G7: ${formatAddress(entity.address)} is good and still ${status}`);
}

/** Entities of which nothing is in memory and that still wait are bad as well. */
export async function checkColdAreServed(partitions: readonly PartitionState[], stores: readonly StoreReader[]): Promise<void> {
  for (const [index, state] of partitions.entries()) {
    const bad = new Map<string, boolean>();
    for await (const [key, bytes] of stores[index]?.scan(tableRange("m")) ?? []) {
      const [, type = "", id = ""] = splitKey(key);
      const entity = state.entities.find({ type, id });
      const isSeenInMemory =
        entity !== undefined && (entity.mailbox.inMemory > 0 || entity.status === "parked" || entity.status === "paused");
      if (isSeenInMemory || state.epochs.pending(key) !== undefined) continue;
      const { value } = decodeRecord.message(bytes, { type, id });
      const isBad = mannerOf(decodeEnvelope(value).program) !== undefined;
      bad.set(`${type}/${id}`, bad.get(`${type}/${id}`) === true || isBad);
    }
    for (const [name, isBad] of bad) must(isBad, () => `G7: ${name} is good and still waits on disk`);
  }
}

export function checkBreakers(state: PartitionState): void {
  const onTrialAt = new Map<EndpointState | undefined, number>();
  for (const { onTrial, sentTo } of state.invocations.inFlight.values())
    if (onTrial) onTrialAt.set(sentTo, (onTrialAt.get(sentTo) ?? 0) + 1);
  for (const endpoint of state.routes.endpoints.values()) {
    if (endpoint.breaker === "open") checkOpen(state, endpoint);
    else if (endpoint.breaker === "probing") checkProbing(state, endpoint);
    const { trials } = endpoint;
    const onTrial = onTrialAt.get(endpoint) ?? 0;
    must(trials.inFlight === onTrial, () => `${onTrial} on trial at ${endpoint.spec.id}, the core keeps ${trials.inFlight}`);
  }
}

function checkOpen(state: PartitionState, endpoint: EndpointState): void {
  const isSet = alarmsOf(state).some(
    (alarm) => alarm.kind === "probe" && alarm.endpoint === endpoint && alarm.dueMs === endpoint.nextProbeMs,
  );
  must(isSet, () => `G7: the breaker of ${endpoint.spec.id} is open and no alarm would probe it`);
}

function checkProbing(state: PartitionState, endpoint: EndpointState): void {
  if (endpoint.probe !== 0) {
    const probed = state.invocations.inFlight.get(endpoint.probe);
    must(probed?.sentTo === endpoint, () => `G7: ${endpoint.spec.id} is probing and its probe ${endpoint.probe} is not in flight`);
    return;
  }
  if (
    state.draining ||
    state.epochs.writes.bytes > state.limits.epochBytesMax ||
    state.invocations.inFlight.size >= state.limits.invocationsInFlightMax
  )
    return;
  // Conditions of breakpoints have looked at as much as one turn may; the next turn goes on (the breakpoint oracle knows that its alarm is
  // set).
  if (state.breakpoints.looksOn) return;
  // An epoch that was too large held it back; it goes on when that epoch is durable.
  if (state.epochs.sealed.length > 0) return;
  const waits = [...state.entities.types.values()].find(
    (type) => type.endpoint === endpoint && couldBeProbed(state, state.entities.ofType(type.name)),
  );
  must(waits === undefined, () => `G7: ${endpoint.spec.id} is to be probed, ${waits?.name} has somebody ready, and nothing is sent`);
}

function couldBeProbed(state: PartitionState, entities: Iterable<Entity>): boolean {
  let isReady = false;
  for (const entity of entities) {
    // Its end continues with the probe.
    if (entity.status === "loading" || entity.status === "in-flight") return false;
    isReady ||= isSendable(state, entity);
  }
  return isReady;
}

function isSendable(state: PartitionState, entity: Entity): boolean {
  return entity.status === "ready" && !isHeld(state, entity) && !state.mailboxes.awaitingDurable.has(entity);
}

export function alarmsOf(state: PartitionState): readonly Alarm[] {
  const heap: unknown = Reflect.get(Reflect.get(state.alarms, "heap") as object, "heap");
  return Array.isArray(heap) ? (heap as Alarm[]) : [];
}
