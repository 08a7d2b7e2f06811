/**
 * Dispatch: chooses the next ready entity (in turn over endpoints and over types) while credits last, and sends everything that waits
 * in its mailbox, up to the batch limits, as one request with every registered state value. At most one per entity (G1).
 */
import type { InvocationRequest } from "../model/invocation.ts";
import type { Action } from "./action.ts";
import { enqueueFirst, messageOverheadBytes } from "./mailbox.ts";
import type { EndpointState } from "./tables/endpoint-state.ts";
import type { Entity } from "./tables/entity.ts";
import type { FunctionTypeState } from "./tables/function-type-state.ts";
import { enterIdle, uncountReady } from "./scheduling/residency.ts";
import { mark } from "./coverage-mark.ts";
import type { Actions, PartitionState } from "./partition-state.ts";
import { isSuspect, wantsToBeAlone } from "./failure/trial.ts";

const attemptTimeoutMsMin = 50;
/** While the mailboxes in memory are full, each spilled one brings back only so much at a time. */
const loadedMessagesWhenFull = 100;
/** The transport must answer by then; otherwise the attempt is given up here. */
export const transportGraceMs = 5_000;

export function dispatch(state: PartitionState, nowMs: number, actions: Actions): void {
  if (state.draining) return;
  if (state.writes.bytes > state.limits.epochBytesMax) {
    mark("dispatch-held-by-epoch-bytes");
    return;
  }
  let progressed = state.dispatchable.size > 0;
  while (progressed) {
    progressed = false;
    for (const endpoint of state.dispatchable) {
      if (state.inFlight.size >= state.limits.invocationsInFlightMax) return;
      if (endpoint.hasCredit() && dispatchNext({ state, endpoint, nowMs, actions })) progressed = true;
      else state.dispatchable.delete(endpoint);
    }
  }
}

interface Turn {
  readonly state: PartitionState;
  readonly endpoint: EndpointState;
  readonly nowMs: number;
  readonly actions: Actions;
}

/** False when the endpoint has no type left in its round. */
function dispatchNext(turn: Turn): boolean {
  const { alone } = turn.endpoint.trials;
  if (alone !== undefined && turn.endpoint.breaker === "closed") return tryAlone(turn, alone);
  const type = turn.endpoint.round.shift();
  if (type === undefined) return false;
  // Bound elsewhere meanwhile: it stands in that endpoint's round already.
  if (type.endpoint !== turn.endpoint) {
    mark("type-bound-elsewhere");
    return true;
  }
  type.queued = false;
  // Until its states are known only one request of a type is sent, without any; its end queues the type again.
  if (!type.handshakeDone && type.asking !== undefined) {
    mark("dispatch-held-by-handshake");
    return true;
  }
  // Loading takes a credit too: what is read ahead of its turn would wait in memory beside the limits (G6). Its end queues the type again,
  // so a type that loads nothing must not be held back here: a probe may be sent while old requests still use up the limit.
  if (type.loading > 0 && turn.endpoint.inFlight + type.loading >= Math.floor(turn.endpoint.limit)) return true;
  const entity = takeReady(turn.endpoint, type);
  if (entity !== undefined) uncountReady(turn.state, entity);
  // Suspects that may not be tried yet are queued again when a trial ends.
  if (type.ready.size > 0 || (entity !== undefined && type.suspects.size > 0)) {
    type.queued = true;
    turn.endpoint.round.push(type);
  }
  if (entity === undefined || entity.status !== "ready") return true;
  if (mustWaitToBeAlone(turn.endpoint, entity)) {
    enqueueFirst(turn.state, entity);
    turn.endpoint.trials.alone = entity;
    return true;
  }
  prepare(turn, entity);
  return true;
}

/** Suspects first while no other is on trial; probes go to one of either in turn, since those that throw stand among the others for ever. */
function takeReady(endpoint: EndpointState, type: FunctionTypeState): Entity | undefined {
  const { ready, suspects } = type;
  if (endpoint.breaker === "closed") return endpoint.trials.mayBegin && suspects.size > 0 ? suspects.shift() : ready.shift();
  const probesSuspect = suspects.size > 0 && (ready.size === 0 || type.probesSuspect);
  type.probesSuspect = !probesSuspect;
  return probesSuspect ? suspects.shift() : ready.shift();
}

function mustWaitToBeAlone(endpoint: EndpointState, entity: Entity): boolean {
  return isSuspect(entity) && wantsToBeAlone(entity) && endpoint.breaker === "closed" && endpoint.trials.alone === undefined;
}

/** Nothing is in flight any more. False: it is being read, or its messages are not durable yet; its end calls again. */
function tryAlone(turn: Turn, entity: Entity): boolean {
  const { endpoint } = turn;
  const isReady = entity.status === "ready" && entity.type.endpoint === endpoint && isSuspect(entity);
  if (!isReady) {
    if (entity.status === "loading") return false;
    endpoint.trials.alone = undefined;
    return true;
  }
  if (!entity.type.handshakeDone && entity.type.asking !== undefined) return false;
  mark("suspect-tried-alone");
  uncountReady(turn.state, entity);
  prepare(turn, entity);
  // It stands in its queue as well; who is not ready there is passed by.
  return entity.status !== "ready";
}

function prepare(turn: Turn, entity: Entity): void {
  const { state, actions } = turn;
  const mailbox = entity.mailbox;
  if (mailbox.depth === 0) {
    entity.move("drain-empty");
    enterIdle(state, entity);
    return;
  }
  if (mailbox.inMemory === 0) {
    entity.move("load");
    fetchMailbox(state, entity, actions);
    return;
  }
  const head = mailbox.at(0);
  if (state.limits.delivery === "committed" && head !== undefined && head.sequence >= state.durableSequenceEnd) {
    mark("dispatch-awaits-durable");
    state.awaitingDurable.add(entity);
    return;
  }
  if (entity.values === undefined) {
    if (entity.type.specs.length > 0) {
      entity.move("load");
      actions.push(loadOf(entity));
      return;
    }
    entity.values = new Map();
  }
  send(turn, entity);
}

/** Until the answer nothing changes its values: acts and edits wait, sweeps pass it by (partition-state.ts insists on it). */
export function loadOf(entity: Entity): Action {
  return { kind: "load", address: entity.address, keyPart: entity.keyPart, names: entity.type.specs.map((spec) => spec.name) };
}

/** Brings spilled messages back once none is left in memory; the entity may be loading (then it goes on) or waiting for a person. */
export function fetchMailbox(state: PartitionState, entity: Entity, actions: Actions): void {
  if (entity.mailboxLoading || entity.mailbox.spilled === 0 || entity.mailbox.inMemory > 0) return;
  entity.mailboxLoading = true;
  entity.mailboxLoadEpoch = state.durableEpoch;
  const room = Math.floor((state.limits.mailboxBytesInMemoryMax - state.mailboxBytesInMemory) / messageOverheadBytes);
  actions.push({
    kind: "load-mailbox",
    address: entity.address,
    keyPart: entity.keyPart,
    afterSequence: entity.mailbox.lastSequenceInMemory,
    limit: Math.min(state.limits.mailboxMessagesInMemoryMax, Math.max(room, loadedMessagesWhenFull)),
  });
}

/** The values arrived: ready again, ahead of the others. */
export function entityLoaded(state: PartitionState, entity: Entity): void {
  entity.move("loaded");
  enqueueFirst(state, entity);
}

function batchSize(state: PartitionState, entity: Entity, endpoint: EndpointState): number {
  const mailbox = entity.mailbox;
  if (entity.batchCount > 0) return Math.min(entity.batchCount, mailbox.inMemory);
  if (entity.singlesLeft > 0) return 1;
  const moduleMax = endpoint.spec.batchMessagesMax > 0 ? endpoint.spec.batchMessagesMax : state.limits.batchMessagesMax;
  const countMax = Math.min(mailbox.inMemory, moduleMax, state.limits.batchMessagesMax);
  const committedOnly = state.limits.delivery === "committed";
  let bytes = 0;
  let count = 0;
  while (count < countMax) {
    const message = mailbox.at(count);
    if (message === undefined || (committedOnly && message.sequence >= state.durableSequenceEnd)) break;
    bytes += message.value.bytes.length;
    if (count > 0 && bytes > state.limits.batchBytesMax) break;
    count++;
  }
  return count;
}

function send(turn: Turn, entity: Entity): void {
  const { state, endpoint, nowMs, actions } = turn;
  entity.batchCount = batchSize(state, entity, endpoint);
  entity.invocation = state.nextInvocation++;
  entity.attempt++;
  entity.startedMs = nowMs;
  // The call budget runs while the endpoint is there: an outage spends none of it.
  const outage = endpoint.breaker === "probing" || endpoint.breakerClosedMs > entity.firstAttemptMs;
  if (entity.failures === 0 || outage) entity.firstAttemptMs = nowMs;
  entity.sentTo = endpoint;
  entity.statesSent = entity.type.declared;
  entity.statesSentCount = entity.type.declared.length;
  if (!entity.type.handshakeDone) entity.type.asking = entity;
  const spentMs = nowMs - entity.firstAttemptMs;
  const timeoutMs = Math.max(attemptTimeoutMsMin, endpoint.spec.transport.callTimeoutMs - spentMs);
  entity.deadlineMs = nowMs + timeoutMs + transportGraceMs;
  entity.move("dispatch");
  entity.isAlone = endpoint.inFlight === 0 && (endpoint.trials.alone === entity || endpoint.breaker === "probing");
  if (isSuspect(entity)) endpoint.trials.begin(entity);
  endpoint.inFlight++;
  if (endpoint.breaker === "probing") endpoint.probe = entity.invocation;
  state.inFlight.set(entity.invocation, entity);
  armWatch(state, nowMs);
  actions.push({ kind: "invoke", request: requestFor(state, entity, { endpoint, nowMs, timeoutMs }) });
}

function requestFor(
  state: PartitionState,
  entity: Entity,
  at: { endpoint: EndpointState; nowMs: number; timeoutMs: number },
): InvocationRequest {
  const stateEntries = entity.type.declared.map((name) => {
    const value = entity.values?.get(name);
    if (value === undefined) return { name, value: undefined };
    if (value.expiresMs !== 0 && value.expiresMs <= at.nowMs) {
      mark("value-expired-at-read");
      state.removeState(entity, name);
      return { name, value: undefined };
    }
    return { name, value };
  });
  const inputs = entity.mailbox.first(entity.batchCount);
  return {
    invocation: entity.invocation,
    attempt: entity.attempt,
    target: entity.address,
    endpoint: at.endpoint.spec,
    state: stateEntries,
    inputs,
    timeoutMs: at.timeoutMs,
  };
}

/** While anything is in flight one alarm a second looks for attempts that the transport forgot. */
export function armWatch(state: PartitionState, nowMs: number): void {
  if (state.watchArmed) return;
  state.watchArmed = true;
  state.alarms.add({ kind: "watch", dueMs: nowMs + 1000, order: state.alarmOrder++ });
}
