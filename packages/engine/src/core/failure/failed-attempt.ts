/**
 * FailedAttempt: whose fault it was. The endpoint's: the breaker opens (breaker.ts) and nobody spends an attempt. A death of the process: the
 * entities that were in flight are tried one by one (trial.ts). The entity's: it waits with backoff and jitter, then it is parked for a person.
 * Neighbour: invocation.ts took it out of flight before.
 */
import { evidenceOf, type Failure } from "../../model/failure.ts";
import { assertNever } from "../../model/invariant.ts";
import { afterInvocation } from "../after-invocation.ts";
import { coverageMark } from "../coverage-mark.ts";
import { writeParked } from "../journal/journal.ts";
import type { PartitionState } from "../partition-state.ts";
import { goCold } from "../scheduling/cold-types.ts";
import { enqueue, queueType } from "../scheduling/ready-queue.ts";
import { putStatusRow } from "../status-row.ts";
import type { StepContext } from "../step-context.ts";
import type { EndpointState } from "../tables/endpoint-state.ts";
import type { Entity } from "../tables/entity.ts";
import { isSuspect } from "../tables/trials.ts";
import { closeBreaker, openBreaker } from "./breaker.ts";
import { judgeDeath, killerFailure, suspectCleared, suspectWaitMsMin, type Ended } from "./trial.ts";

/** A function that answers wrongly will rarely answer rightly soon. */
const wrongAnswerAttemptsMax = 4;
/** From the second failure of a batch on, its messages go alone: the bad one ends up at the head. */
const batchFailuresMax = 2;

export type EndedInvocation = Ended & { readonly wasProbe: boolean };

type FailureAt = {
  readonly endpoint: EndpointState;
  readonly ended: EndedInvocation;
  readonly failure: Failure;
  readonly event: number;
} & StepContext;

export function attemptFailed(state: PartitionState, entity: Entity, at: FailureAt): void {
  const { endpoint, failure, nowMs, actions } = at;
  const durationMs = nowMs - entity.startedMs;
  actions.push({
    kind: "observe",
    event: {
      kind: "attempt-failed",
      address: entity.address,
      endpoint: endpoint.spec.id,
      attempt: entity.failures + 1,
      failure,
      atMs: nowMs,
      durationMs,
    },
  });
  if (failure.code === "ENDPOINT_OVERLOADED" || failure.code === "CALL_TIMEOUT") endpoint.overloaded(nowMs, durationMs);
  const evidence = evidenceOf(failure);
  if (at.ended.wasOnTrial && (evidence === "answered" || evidence === "threw" || evidence === "short")) {
    suspectCleared(endpoint);
    if (entity.singlesLeft === 0) entity.deaths = 0;
  }
  if (evidence === "short") {
    // Nobody is blamed: the endpoint gets fewer calls at once and this entity waits. A reply that came shows that the endpoint is up.
    coverageMark("attempt-short-of-memory");
    endpoint.overloaded(nowMs, durationMs);
    closeBreaker(state, endpoint, at);
    entity.overloads++;
    backOff(state, entity, at);
  } else if (evidence === "answered") {
    endpoint.answered();
    closeBreaker(state, endpoint, at);
    if (failure.code === "RETRY_LATER") {
      // The function may ask for this as often as it wishes: it has answered, and no attempt is spent.
      coverageMark("asked-later");
      entity.overloads++;
      backOff(state, entity, at);
    } else spendAttempt(state, entity, at);
  } else {
    // The framework of the function answered, so the endpoint is up. A breaker that many such errors opened is closed by a reply alone.
    if (evidence === "threw" && !endpoint.openedByMany) closeBreaker(state, endpoint, at);
    const contrasted = evidence !== "unreachable" && evidence !== "congested" && failedAmidAnswers(entity);
    if (evidence === "died") endAfterDeath(state, entity, { ...at, contrasted });
    else if (blamesEndpoint(state, entity, { ...at, contrasted })) goBehind(state, entity, failure);
    else if (evidence === "congested") {
      // An overloaded endpoint spends no attempt of the entity, but each time the entity waits for longer.
      entity.overloads++;
      backOff(state, entity, at);
    } else spendAttempt(state, entity, at);
  }
  queueType(state, entity.type);
  if (entity.pauseWanted || entity.pendingEdits.length > 0) afterInvocation(state, entity, at);
}

/** Whether others of its type were answered between two failures of this entity. From then on its failures are its own fault, until it is answered itself. */
function failedAmidAnswers(entity: Entity): boolean {
  const { answers } = entity.type;
  if (entity.answersSeen >= 0 && answers > entity.answersSeen && !entity.contrasted) {
    coverageMark("failed-amid-answers");
    entity.contrasted = true;
  }
  entity.answersSeen = answers;
  return entity.contrasted;
}

/** It was not this entity's fault: it keeps its attempts. Another has its turn first, so that one that always fails is not probed for ever. */
function goBehind(state: PartitionState, entity: Entity, failure: Failure): void {
  coverageMark("attempt-blamed-on-endpoint");
  entity.failure = failure;
  entity.move("release");
  // Those of its type that wait on disk must not wait for the end of the outage behind the few that are in memory.
  if (entity.type.coldRows > 0 && goCold(state, entity)) return;
  enqueue(state, entity);
}

type Judged = FailureAt & { readonly contrasted: boolean };

function endAfterDeath(state: PartitionState, entity: Entity, at: Judged): void {
  const { endpoint, failure } = at;
  const death = judgeDeath(state, entity, at);
  blamesEndpoint(state, entity, at);
  switch (death) {
    case "victim":
      return goBehind(state, entity, failure);
    case "suspect":
      return backOff(state, entity, at);
    case "killer":
      coverageMark("killer-parked");
      endpoint.suspects.delete(entity);
      entity.failures = entity.deaths;
      return park(state, entity, { ...at, failure: killerFailure(entity, failure) });
    default:
      return assertNever(death);
  }
}

function blamesEndpoint(state: PartitionState, entity: Entity, at: Judged): boolean {
  const { endpoint, failure, ended } = at;
  if (endpoint.breaker !== "closed") {
    if (ended.wasProbe) {
      coverageMark("breaker-opened-again");
      openBreaker(state, endpoint, { ...at, entity });
    } else coverageMark("old-failure-while-probing");
    return true;
  }
  if (failure.scope === "down") {
    coverageMark("breaker-opened-by-refusal");
    openBreaker(state, endpoint, { ...at, entity });
    return true;
  }
  if (at.contrasted) return false;
  endpoint.suspect(entity, at.event);
  if (endpoint.suspicions < state.limits.breakerEntitiesMin) return false;
  coverageMark("breaker-opened-by-suspects");
  openBreaker(state, endpoint, { ...at, entity });
  return true;
}

function spendAttempt(state: PartitionState, entity: Entity, at: FailureAt): void {
  entity.failures++;
  if (entity.failures === 1) entity.sinceMs = at.nowMs;
  entity.failure = at.failure;
  const attemptsMax = attemptsMaxOf(state, at.failure);
  const budgetMs = at.endpoint.spec.transport.callTimeoutMs;
  const exhausted = entity.failures >= attemptsMax || at.nowMs + backOffMs(state, entity, at) - entity.firstAttemptMs >= budgetMs;
  // An entity is never parked with a whole batch: a person must find the message that fails at the head of the mailbox.
  if (entity.batchCount > 1 && (exhausted || entity.failures >= batchFailuresMax)) {
    coverageMark("batch-narrowed");
    entity.singlesLeft = entity.batchCount;
    entity.batchCount = 1;
    entity.failures = 0;
    entity.firstAttemptMs = at.nowMs;
    backOff(state, entity, at);
  } else if (exhausted) {
    park(state, entity, at);
  } else {
    backOff(state, entity, at);
  }
}

/** A message that the function rejects is not tried again. A wrong answer is tried again a few times. */
function attemptsMaxOf({ limits }: PartitionState, { code, scope }: Failure): number {
  if (code === "REJECTED") {
    coverageMark("rejected-by-function");
    return 1;
  }
  return scope === "entity" ? Math.min(wrongAnswerAttemptsMax, limits.attemptsMax) : limits.attemptsMax;
}

function backOffMs(state: PartitionState, entity: Entity, at: FailureAt): number {
  const doubled = state.limits.backoffBaseMs * 2 ** Math.min(30, Math.max(0, entity.failures + entity.overloads + entity.deaths - 1));
  const jittered = Math.min(doubled, state.limits.backoffMaxMs) * (0.5 + at.draw / 2);
  return Math.ceil(Math.max(jittered, at.failure.retryAfterMs ?? 0, isSuspect(entity) ? suspectWaitMsMin : 0));
}

function backOff(state: PartitionState, entity: Entity, at: FailureAt): void {
  entity.failure = at.failure;
  entity.move("back-off");
  entity.retryAtMs = at.nowMs + backOffMs(state, entity, at);
  state.entities.troubled.add(entity);
  state.alarms.add({ kind: "retry", dueMs: entity.retryAtMs, order: state.alarms.takeOrder(), entity });
}

export function retryDue(state: PartitionState, entity: Entity, dueMs: number): void {
  if (entity.status !== "backing-off" || entity.retryAtMs !== dueMs) return;
  entity.move("due");
  enqueue(state, entity);
}

function park(state: PartitionState, entity: Entity, at: FailureAt): void {
  coverageMark("entity-parked");
  entity.failure = at.failure;
  entity.move("park");
  // An edit that waits for the end of the attempt needs the loaded values.
  if (entity.pendingEdits.length === 0) entity.unload();
  entity.sinceMs = at.nowMs;
  state.entities.troubled.add(entity);
  putStatusRow(state, entity, { status: "parked", failure: at.failure, attempts: entity.failures, sinceMs: at.nowMs });
  writeParked(state, entity, { failure: at.failure, nowMs: at.nowMs, actions: at.actions });
}
