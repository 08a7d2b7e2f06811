/**
 * Dispatch: while credits last, sends the next ready entity (scheduling/ready-queue.ts chooses it, in turn over endpoints and types)
 * everything that waits in its mailbox, up to the batch limits, as one request with every registered state value. At most one per entity
 * (G1).
 */
import type { InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { Actions } from "./action.ts";
import { coverageMark } from "./coverage-mark.ts";
import { endInvocation } from "./invocation.ts";
import { answersPerTurnMax, keptAnswer } from "./kept-answer.ts";
import type { PartitionState } from "./partition-state.ts";
import { holdAt, lookOnLater } from "./scheduling/breakpoints.ts";
import { beginInScopes, loadInScopes } from "./scheduling/limits.ts";
import { fetchMailbox, loadValues } from "./scheduling/loading.ts";
import { takeNext } from "./scheduling/ready-queue.ts";
import { enterIdle } from "./scheduling/residency.ts";
import { liveValue } from "./state-values/expiration.ts";
import type { EndpointState } from "./tables/endpoint-state.ts";
import type { Entity } from "./tables/entity.ts";
import type { EndpointQueue } from "./tables/ready-table.ts";
import { isSuspect } from "./tables/trials.ts";

const noTokens: ReadonlyMap<string, never> = new Map<string, never>();
const attemptTimeoutMsMin = 50;
/** The transport must answer by then; otherwise the attempt is given up here. */
export const transportGraceMs = 5_000;

export function dispatch(state: PartitionState, nowMs: number, actions: Actions): void {
  if (state.draining) return;
  if (state.epochs.writes.bytes > state.limits.epochBytesMax) {
    coverageMark("dispatch-held-by-epoch-bytes");
    return;
  }
  state.breakpoints.looks.begin();
  const answers = { left: answersPerTurnMax };
  let progressed = state.ready.dispatchable.size > 0;
  while (progressed) {
    progressed = false;
    for (const queue of state.ready.dispatchable) {
      if (state.invocations.inFlight.size >= state.limits.invocationsInFlightMax) return;
      if (state.breakpoints.looks.isSpent) return lookOnLater(state, nowMs);
      if (queue.hasCredit && dispatchNext({ state, queue, nowMs, actions, answers })) progressed = true;
      else state.ready.dispatchable.delete(queue);
    }
  }
}

interface Turn {
  readonly state: PartitionState;
  readonly queue: EndpointQueue;
  readonly nowMs: number;
  readonly actions: Actions;
  /** How many answers of calls this turn may still keep itself (kept-answer.ts). */
  readonly answers: { left: number };
}

/** Returns false when no entity of the endpoint can be sent now. */
function dispatchNext(turn: Turn): boolean {
  const { queue } = turn;
  const next = takeNext(turn.state, queue);
  if (next === "go-on" || next === "round-ended") return next === "go-on";
  const isTriedAlone = queue.alone === next && queue.endpoint.breaker === "closed";
  prepare(turn, next);
  // An entity that is to be tried alone keeps its turn until the next durable epoch calls this again. If it is ready for another reason, such
  // as a full breakpoint that let it go at once, nothing would call, and its endpoint would stand still (simulation seed 3064217).
  return !isTriedAlone || !turn.state.mailboxes.awaitingDurable.has(next);
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
    if (entity.type.limits !== undefined) loadInScopes(entity);
    fetchMailbox(state, entity, actions);
    return;
  }
  const head = mailbox.at(0);
  const hold = state.breakpoints.isEmpty || head === undefined ? undefined : state.breakpoints.holderOf(entity, head);
  if (hold !== undefined) return holdAt(state, entity, { hold, nowMs: turn.nowMs });
  if (state.limits.delivery === "committed" && head !== undefined && head.sequence >= state.epochs.durableSequenceEnd) {
    coverageMark("dispatch-awaits-durable");
    state.mailboxes.awaitingDurable.add(entity);
    return;
  }
  if (entity.values === undefined) {
    if (entity.type.specs.length > 0) {
      entity.move("load");
      if (entity.type.limits !== undefined) loadInScopes(entity);
      loadValues(entity, actions);
      return;
    }
    entity.values = new Map();
  }
  send(turn, entity);
}

function batchSize(state: PartitionState, entity: Entity, { endpoint, nowMs }: { endpoint: EndpointState; nowMs: number }): number {
  const mailbox = entity.mailbox;
  if (entity.isStepping) return 1;
  if (entity.batchCount > 0) return Math.min(entity.batchCount, mailbox.inMemory);
  if (entity.singlesLeft > 0) return 1;
  const moduleMax = endpoint.spec.batchMessagesMax > 0 ? endpoint.spec.batchMessagesMax : state.limits.batchMessagesMax;
  const countMax = Math.min(mailbox.inMemory, moduleMax, state.limits.batchMessagesMax);
  const committedOnly = state.limits.delivery === "committed";
  let bytes = 0;
  let count = 0;
  while (count < countMax) {
    const message = mailbox.at(count);
    if (message === undefined || (committedOnly && message.sequence >= state.epochs.durableSequenceEnd)) break;
    bytes += message.value.bytes.length;
    if (count > 0 && bytes > state.limits.batchBytesMax) break;
    count++;
  }
  return endpoint.spec.watched === false || state.watched.size === 0 ? count : watchedApart(state, entity, { count, nowMs });
}

/** Applies to a batch that is sent again after a failure, too: the messages that a breakpoint holds wait. */
function unheldOf({ breakpoints }: PartitionState, entity: Entity, count: number): number {
  if (breakpoints.isEmpty || count <= 1) return count;
  const together = breakpoints.togetherOf(entity, count);
  if (together < count) coverageMark("condition-cuts-batch");
  return together;
}

function watchedApart(state: PartitionState, entity: Entity, { count, nowMs }: { count: number; nowMs: number }): number {
  const together = state.watched.together(entity.mailbox, count, nowMs);
  if (together < count) coverageMark("watched-message-goes-alone");
  return together;
}

function send(turn: Turn, entity: Entity): void {
  const { state, queue, nowMs, actions } = turn;
  const { endpoint } = queue;
  entity.batchCount = unheldOf(state, entity, batchSize(state, entity, { endpoint, nowMs }));
  if (entity.type.limits !== undefined) entity.batchCount = beginInScopes(state, entity, entity.batchCount);
  entity.invocation = state.invocations.next++;
  entity.attempt++;
  entity.startedMs = nowMs;
  // An outage spends nothing of the call budget, which runs only while the endpoint is there.
  const outage = endpoint.breaker === "probing" || endpoint.breakerClosedMs > entity.firstAttemptMs;
  if (entity.failures === 0 || outage) entity.firstAttemptMs = nowMs;
  entity.sentTo = endpoint;
  entity.statesSent = entity.type.declared;
  entity.statesSentCount = entity.type.declared.length;
  if (!entity.type.handshakeDone) entity.type.asking = entity.invocation;
  const spentMs = nowMs - entity.firstAttemptMs;
  const timeoutMs = Math.max(attemptTimeoutMsMin, endpoint.spec.transport.callTimeoutMs - spentMs);
  entity.deadlineMs = nowMs + timeoutMs + transportGraceMs;
  entity.move("dispatch");
  entity.isAlone = endpoint.inFlight === 0 && (queue.alone === entity || endpoint.breaker === "probing");
  if (isSuspect(entity)) endpoint.trials.begin(entity);
  endpoint.inFlight++;
  if (endpoint.breaker === "probing") endpoint.probe = entity.invocation;
  state.invocations.inFlight.set(entity.invocation, entity);
  if (entity.type.isCall && entity.type.handshakeDone && turn.answers.left > 0) return keepAnswer(turn, entity);
  armWatch(state, nowMs);
  actions.push({ kind: "invoke", request: requestFor(state, entity, { endpoint, nowMs, timeoutMs }) });
}

/** The function of calls is the engine's own, so its reply is here at once. */
function keepAnswer({ state, nowMs, actions, answers }: Turn, call: Entity): void {
  coverageMark("answer-kept-in-its-turn");
  answers.left--;
  const outcome = { kind: "reply", reply: { kind: "completed", effects: keptAnswer(state, call, nowMs) } } as const;
  const reply = { kind: "reply", nowMs, invocation: call.invocation, attempt: call.attempt, outcome, draw: 0, tokens: noTokens } as const;
  endInvocation(state, reply, { nowMs, draw: 0, actions });
}

function requestFor(
  state: PartitionState,
  entity: Entity,
  at: { endpoint: EndpointState; nowMs: number; timeoutMs: number },
): InvocationRequest {
  const stateEntries = entity.type.declared.map((name) => ({ name, value: liveValue(state, entity, { name, nowMs: at.nowMs }) }));
  const inputs = entity.mailbox.first(entity.batchCount);
  return {
    invocation: entity.invocation,
    attempt: entity.attempt,
    target: entity.address,
    endpoint: at.endpoint.spec,
    state: stateEntries,
    inputs,
    timeoutMs: at.timeoutMs,
    alone: sharesNoRequest(entity, at.endpoint),
  };
}

/** An entity that failed last, is on trial or probes goes in a request of its own, so that the outcome says which of them is to blame. */
function sharesNoRequest(entity: Entity, endpoint: EndpointState): boolean {
  return entity.failures > 0 || entity.overloads > 0 || isSuspect(entity) || entity.isAlone || endpoint.breaker !== "closed";
}

/** While anything is in flight, an alarm looks every second for attempts that the transport never ended. */
export function armWatch(state: PartitionState, nowMs: number): void {
  if (state.invocations.watchArmed) return;
  state.invocations.watchArmed = true;
  state.alarms.add({ kind: "watch", dueMs: nowMs + 1000, order: state.alarms.takeOrder() });
}
