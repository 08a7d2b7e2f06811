/**
 * ReadyQueue: who may run next. A ready entity stands in the queue of its type, the type in the round of its endpoint, the endpoint among
 * those that may have a credit: entities of a type run in the order in which they became ready, types take turns (G7). Suspects of a killed
 * process are taken one at a time. Neighbours: ready-table.ts (the queues), dispatch.ts (sends who is taken), failure/trial.ts (who is
 * suspected).
 */
import { coverageMark } from "../coverage-mark.ts";
import type { PartitionState } from "../partition-state.ts";
import type { EndpointState } from "../tables/endpoint-state.ts";
import type { Entity } from "../tables/entity.ts";
import type { FunctionTypeState } from "../tables/function-type-state.ts";
import type { EndpointQueue, TypeQueue } from "../tables/ready-table.ts";
import { isSuspect, wantsToBeAlone } from "../tables/trials.ts";
import { mustSenderWait } from "./held-senders.ts";
import { arrange, holdsEntity, holdsType } from "./limit-holds.ts";
import { countReady, keepOrUnload, leaveIdle, uncountReady } from "./residency.ts";

/** An idle entity with something in its mailbox becomes ready. */
export function wake(state: PartitionState, entity: Entity): void {
  if (entity.status !== "idle") return;
  leaveIdle(state, entity);
  entity.move("message");
  enqueue(state, entity);
}

export function enqueue(state: PartitionState, entity: Entity): void {
  queueOf(state, entity).push(entity);
  queueType(state, entity.type);
  keepOrUnload(state, entity);
}

/** Queues the entity ahead of the others: it was taken once already and only had to be loaded. */
export function enqueueFirst(state: PartitionState, entity: Entity): void {
  queueOf(state, entity).unshift(entity);
  queueType(state, entity.type);
  countReady(state, entity);
}

function queueOf(state: PartitionState, entity: Entity): TypeQueue["ready"] {
  const queue = state.ready.ofType(entity.type);
  if (queue.limits !== entity.type.limits) arrange(state, queue);
  return isSuspect(entity) ? queue.suspects : queue.ready;
}

/** Gives a type with ready entities its turn again. */
export function queueType(state: PartitionState, type: FunctionTypeState): void {
  const queue = state.ready.knownType(type);
  if (type.endpoint === undefined || queue?.hasReady !== true) return;
  state.ready.allow(type.endpoint);
  if (!queue.inRound) joinRound(state, queue, type.endpoint);
}

/** Called when the type is bound to another endpoint: its entities go on there. */
export function queueRebound(state: PartitionState, type: FunctionTypeState): void {
  const queue = state.ready.knownType(type);
  if (queue === undefined) return;
  queue.inRound = false;
  queueType(state, type);
}

/** Queues all types of an endpoint, or only those with suspects. */
export function queueTypesOf(state: PartitionState, endpoint: EndpointState, which: "all" | "with-suspects"): void {
  for (const type of state.entities.types.values()) {
    if (type.endpoint !== endpoint) continue;
    if (which === "all" || (state.ready.knownType(type)?.suspects.size ?? 0) > 0) queueType(state, type);
  }
}

function joinRound(state: PartitionState, queue: TypeQueue, endpoint: EndpointState): void {
  queue.inRound = true;
  state.ready.ofEndpoint(endpoint).round.push(queue);
}

/** Nobody was taken: the round has ended, or this type has to wait and the round goes on. */
export type NobodyNext = "round-ended" | "go-on";

/** Takes the next entity of an endpoint that has a credit out of its queue. */
export function takeNext(state: PartitionState, queue: EndpointQueue): Entity | NobodyNext {
  if (queue.alone !== undefined && queue.endpoint.breaker === "closed") return takeAlone(state, queue, queue.alone);
  const typeQueue = queue.round.shift();
  if (typeQueue === undefined) return "round-ended";
  const { type } = typeQueue;
  // The type is bound to another endpoint by now, and stands in the round of that one already.
  if (type.endpoint !== queue.endpoint) {
    coverageMark("type-bound-elsewhere");
    return "go-on";
  }
  typeQueue.inRound = false;
  if (mustTypeWait(queue, type)) return "go-on";
  if (type.limits !== undefined && holdsType(state, typeQueue)) return "go-on";
  const entity = takeReady(queue.endpoint, typeQueue);
  if (entity !== undefined) uncountReady(state, entity);
  // Suspects that may not be tried yet are queued again when a trial ends.
  if (typeQueue.ready.size > 0 || (entity !== undefined && typeQueue.suspects.size > 0)) {
    typeQueue.inRound = true;
    queue.round.push(typeQueue);
  }
  if (entity === undefined || entity.status !== "ready") return "go-on";
  if (!mustBeAlone(queue, entity)) return entity;
  queue.alone = entity;
  if (queue.endpoint.inFlight > 0) {
    enqueueFirst(state, entity);
    return "go-on";
  }
  // It is taken now and not in the next round: by then another type would always have taken the token of a shared limit (simulation seed
  // 28001).
  coverageMark("suspect-tried-alone");
  return entity;
}

function mustTypeWait({ endpoint }: EndpointQueue, type: FunctionTypeState): boolean {
  // Until its states are known only one request of a type is sent, without any; its end queues the type again.
  if (isHandshakeUnderWay(type)) {
    coverageMark("dispatch-held-by-handshake");
    return true;
  }
  if (mustSenderWait(type)) return true;
  // Loading takes a credit too: what is read ahead of its turn would wait in memory and not be counted by the limits (G6). Its end queues the
  // type again, so a type that loads nothing must not be held back here: a probe may be sent while old requests still use up the limit.
  return type.loading > 0 && endpoint.inFlight + type.loading >= Math.floor(endpoint.limit);
}

function isHandshakeUnderWay(type: FunctionTypeState): boolean {
  return !type.handshakeDone && type.asking !== 0;
}

/**
 * Takes suspects first while no other is on trial. Probes go to suspects and others in turn, because entities whose function throws always
 * stand among the others.
 */
function takeReady(endpoint: EndpointState, queue: TypeQueue): Entity | undefined {
  const { ready, suspects } = queue;
  // A limit may hold all entities of either queue.
  if (endpoint.breaker === "closed") return (endpoint.trials.mayBegin && suspects.size > 0 ? suspects.shift() : undefined) ?? ready.shift();
  const probesSuspect = suspects.size > 0 && (ready.size === 0 || queue.probesSuspect);
  const taken = probesSuspect ? (suspects.shift() ?? ready.shift()) : (ready.shift() ?? suspects.shift());
  // A look that takes nobody, because a limit holds all, is no turn: otherwise the same kind had each token (simulation seed 3041031).
  if (taken?.status === "ready") queue.probesSuspect = !isSuspect(taken);
  return taken;
}

function mustBeAlone(queue: EndpointQueue, entity: Entity): boolean {
  return isSuspect(entity) && wantsToBeAlone(entity) && queue.endpoint.breaker === "closed" && queue.alone === undefined;
}

/**
 * Called when nothing is in flight any more. Returns "round-ended" while the entity is loading or its type waits for a first reply: their
 * end calls this again.
 */
function takeAlone(state: PartitionState, queue: EndpointQueue, entity: Entity): Entity | NobodyNext {
  const isReady = entity.status === "ready" && entity.type.endpoint === queue.endpoint && isSuspect(entity);
  if (!isReady) {
    if (entity.status === "loading") return "round-ended";
    queue.alone = undefined;
    return "go-on";
  }
  if (isHandshakeUnderWay(entity.type)) return "round-ended";
  if (entity.type.limits !== undefined && holdsEntity(state, entity)) {
    // A limit holds the entity, so the others go on meanwhile. It still stands in its lane, which is held until it may be sent.
    queue.alone = undefined;
    return "go-on";
  }
  coverageMark("suspect-tried-alone");
  // The entity still stands in its queue, too; an entity that is not ready is skipped there.
  uncountReady(state, entity);
  return entity;
}
