/**
 * Invariants: what must hold of a partition after every event, recomputed from scratch and compared with what the core keeps:
 * at most one invocation an entity (G1), counters equal sums, mailboxes in order (G5), memory within its bounds (G6), nothing reported as
 * durable that is not (G3). Neighbour: store-invariants.ts (the same for what is on disk).
 */
import type { Entity } from "../../core/tables/entity.ts";
import { messageBytes } from "../../core/mailbox.ts";
import type { EndpointState } from "../../core/tables/endpoint-state.ts";
import type { FunctionTypeState } from "../../core/tables/function-type-state.ts";
import { idleEntityOverheadBytes } from "../../core/scheduling/residency.ts";
import type { PartitionState } from "../../core/partition-state.ts";
import { formatAddress } from "@signalbox/runtime/model/address";
import { checkBreakers } from "./fairness-oracle.ts";
import { must } from "../sim/trace.ts";

interface Sums {
  waiting: number;
  waitingEntities: number;
  readyValuesBytes: number;
  mailboxBytes: number;
  idleBytes: number;
  readonly inFlightOf: Map<EndpointState, number>;
}

export function checkPartition(state: PartitionState): void {
  const sums: Sums = { waiting: 0, waitingEntities: 0, readyValuesBytes: 0, mailboxBytes: 0, idleBytes: 0, inFlightOf: new Map() };
  let inFlight = 0;
  for (const type of state.entities.types.values()) inFlight += checkType(state, type, sums);
  equal(() => "entities in flight", state.invocations.inFlight.size, inFlight);
  equal(() => "entities that wait", state.waitingEntities, sums.waitingEntities);
  equal(() => "bytes of values that queue", state.residency.readyValuesBytes, sums.readyValuesBytes);
  equal(() => "waiting messages", state.mailboxes.waitingMessages, sums.waiting);
  equal(() => "mailbox bytes in memory", state.mailboxes.bytesInMemory, sums.mailboxBytes);
  equal(() => "bytes of idle entities", state.residency.idleBytes, sums.idleBytes);
  for (const [endpoint, count] of sums.inFlightOf) equal(() => `in flight at ${endpoint.spec.id}`, endpoint.inFlight, count);
  for (const endpoint of state.routes.endpoints.values())
    equal(() => `in flight at ${endpoint.spec.id}`, endpoint.inFlight, sums.inFlightOf.get(endpoint) ?? 0);
  checkLinks(state);
  checkMemoryRoom(state);
  checkHeldHeads(state);
  checkBreakers(state);
  must(
    state.invocations.inFlight.size <= state.limits.invocationsInFlightMax,
    () => `G6: ${state.invocations.inFlight.size} invocations in flight`,
  );
  must(state.timers.live.size <= state.limits.timersInMemoryMax, () => `G6: ${state.timers.live.size} timers in memory`);
  checkTypesCount(state);
  must(
    state.epochs.durable < state.epochs.open,
    () => `G3: durable epoch ${state.epochs.durable} is not below the open one, ${state.epochs.open}`,
  );
  let before = state.epochs.durable;
  for (const sealed of state.epochs.sealed) {
    must(sealed.epoch > before, () => `sealed epochs out of order: ${before}, ${sealed.epoch}`);
    before = sealed.epoch;
  }
}

/**
 * Entities that wait in memory for a turn. Entities in flight or loading have their turn and a bound of their own. Suspects of a killed
 * process, former suspects with spent attempts and entities whose first message was edited stay in memory, and one entity of each type is admitted in any case.
 */
function checkMemoryRoom(state: PartitionState): void {
  let waiting = 0;
  for (const type of state.entities.types.values()) {
    must(type.coldRows >= 0, () => `${type.name} has ${type.coldRows} messages on disk only`);
    must(
      type.coldRows === 0 || state.cold.cursors.has(type),
      () => `${type.name} has messages on disk only and no cursor that would find them`,
    );
    for (const { status, deaths, editedEpoch, mailboxLoading, isStepping, keepsAttempts } of state.entities.ofType(type.name)) {
      if (status !== "ready" && status !== "backing-off") continue;
      if (deaths === 0 && editedEpoch === 0 && !mailboxLoading && !isStepping && !keepsAttempts) waiting++;
    }
  }
  const most = state.limits.waitingEntitiesInMemoryMax + state.entities.types.size + state.cold.held.size;
  must(waiting <= most, () => `G6: ${waiting} entities wait for a turn in memory, ${most} are the most`);
}

/** Each of them will be read: it is being read, waits for an epoch, or has what it was read for. */
function checkHeldHeads({ mailboxes }: PartitionState): void {
  const { heldHeads, awaitingDurable } = mailboxes;
  for (const entity of heldHeads.entities()) {
    const isRead = entity.mailboxLoading || awaitingDurable.has(entity) || entity.status === "ready" || entity.status === "loading";
    must(isRead, () => `operator actions on ${formatAddress(entity.address)} wait for a read that nobody makes`);
  }
}

/** There are as many exact bindings as the modules declare. */
function checkTypesCount({ entities, routes, limits }: PartitionState): void {
  let named = 0;
  for (const name of entities.types.keys()) if (!routes.endpoints.has(name)) named++;
  must(named <= limits.functionTypesMax, () => `G6: ${named} function types are known`);
}

function checkLinks(state: PartitionState): void {
  let depth = 0;
  for (const link of state.links.outgoing.values()) {
    const underWay = link.underWay.reduce((sum, entries) => sum + entries.length, 0);
    equal(() => `outbox entries for ${link.to}`, link.depth, underWay + link.waiting.size + link.spilled);
    must(link.to !== state.place.index, () => "a partition has outbox entries for itself");
    depth += link.depth;
  }
  equal(() => "outbox entries of all links", state.links.depth, depth);
}

const hasTurnToCome: ReadonlySet<Entity["status"]> = new Set<Entity["status"]>(["ready", "loading", "in-flight", "backing-off"]);

/** How many of the endpoint's entities are in flight. */
function checkType(state: PartitionState, type: FunctionTypeState, sums: Sums): number {
  const counts = { "in-flight": 0, parked: 0, paused: 0, "backing-off": 0, idle: 0, ready: 0, loading: 0, held: 0 };
  let waiting = 0;
  let parked = 0;
  let resident = 0;
  let staying = 0;
  for (const entity of state.entities.ofType(type.name)) {
    resident++;
    counts[entity.status]++;
    waiting += entity.mailbox.depth;
    if (entity.status === "parked") parked += entity.mailbox.depth;
    if ((entity.deaths > 0 || entity.isStepping || entity.keepsAttempts) && hasTurnToCome.has(entity.status)) staying++;
    sums.readyValuesBytes += entity.readyBytes;
    checkEntity(state, entity, sums);
  }
  equal(() => `in flight of ${type.name}`, type.inFlight, counts["in-flight"]);
  equal(() => `loading of ${type.name}`, type.loading, counts.loading);
  equal(() => `entities that wait of ${type.name}`, type.waitingEntities, resident - counts.idle);
  equal(() => `entities in memory of ${type.name}`, type.residentEntities, resident);
  sums.waitingEntities += resident - counts.idle;
  equal(() => `parked of ${type.name}`, type.parked, counts.parked);
  equal(() => `paused of ${type.name}`, type.paused, counts.paused);
  equal(() => `backing off of ${type.name}`, type.backingOff, counts["backing-off"]);
  equal(() => `held of ${type.name}`, type.held, counts.held);
  equal(() => `entities of ${type.name} that must stay and have a turn to come`, type.stayingInMemory, staying);
  waiting += type.coldRows;
  equal(() => `waiting messages of ${type.name}`, type.waitingMessages, waiting);
  equal(() => `messages of parked entities of ${type.name}`, type.parkedMessages, parked);
  sums.waiting += waiting;
  return counts["in-flight"];
}

function checkEntity(state: PartitionState, entity: Entity, sums: Sums): void {
  const name = (): string => formatAddress(entity.address);
  must(state.otherHome(entity.id) === undefined, () => `${name()} is in a partition that is not its home`);
  checkMailbox(state, entity, sums);
  must(!entity.keepsAttempts || entity.failures > 0, () => `${name()} has the room of a suspect and no attempts spent`);
  let bytes = 0;
  if (entity.values !== undefined) for (const value of entity.values.values()) bytes += value.bytes.length;
  equal(() => `bytes of the values of ${name()}`, entity.valuesBytes, bytes);
  const troubled = entity.status === "parked" || entity.status === "paused" || entity.status === "backing-off";
  must(!troubled || state.entities.troubled.has(entity), () => `${name()} is ${entity.status} and not listed as troubled`);
  if (entity.status === "idle") {
    equal(() => `messages waiting at idle ${name()}`, entity.mailbox.depth, 0);
    must(state.residency.idle.has(entity), () => `${name()} is idle and would never be evicted (G6)`);
    sums.idleBytes += entity.valuesBytes + idleEntityOverheadBytes;
  } else {
    must(!state.residency.idle.has(entity), () => `${name()} is ${entity.status} and may be evicted`);
  }
  if (entity.status !== "in-flight") return;
  must(
    state.invocations.inFlight.get(entity.invocation) === entity,
    () => `G1: ${name()} is in flight and its invocation ${entity.invocation} is not known`,
  );
  must(
    entity.batchCount > 0 && entity.batchCount <= entity.mailbox.inMemory,
    () => `${name()} sent ${entity.batchCount} of ${entity.mailbox.inMemory} messages`,
  );
  if (entity.sentTo !== undefined) sums.inFlightOf.set(entity.sentTo, (sums.inFlightOf.get(entity.sentTo) ?? 0) + 1);
  if (state.limits.delivery !== "committed") return;
  const last = entity.mailbox.at(entity.batchCount - 1);
  must(
    (last?.sequence ?? 0) < state.epochs.durableSequenceEnd,
    () => `G3: ${name()} was sent message ${last?.sequence}, durable is all below ${state.epochs.durableSequenceEnd}`,
  );
}

function checkMailbox(state: PartitionState, entity: Entity, sums: Sums): void {
  const name = (): string => formatAddress(entity.address);
  let before = 0;
  for (let index = 0; index < entity.mailbox.inMemory; index++) {
    const message = entity.mailbox.at(index);
    if (message === undefined) break;
    must(message.sequence > before, () => `G5: the mailbox of ${name()} holds ${before} before ${message.sequence}`);
    before = message.sequence;
    sums.mailboxBytes += messageBytes(message);
  }
  must(
    before <= entity.mailbox.lastSequenceInMemory,
    () => `${name()} has message ${before} in memory, counted up to ${entity.mailbox.lastSequenceInMemory}`,
  );
  must(entity.mailbox.spilled >= 0, () => `${name()} spilled ${entity.mailbox.spilled} messages`);
  const most = state.limits.mailboxMessagesInMemoryMax;
  must(entity.mailbox.inMemory <= most, () => `G6: ${name()} has ${entity.mailbox.inMemory} messages in memory, the limit is ${most}`);
}

export function equal(what: () => string, kept: number, recomputed: number): void {
  must(kept === recomputed, () => `${what()}: the core keeps ${kept}, recomputed it is ${recomputed}`);
}
