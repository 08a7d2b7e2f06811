/**
 * FailedAttempt: decides whose fault a failure was. When it is the endpoint's, the breaker opens (breaker.ts) and nobody spends an attempt.
 * When the process died, the entities that were in flight are tried one by one (trial.ts). When it is the entity's, the entity waits with
 * backoff and jitter, and in the end it is parked for a person.
 * Neighbours: invocation.ts took it out of flight before; after-invocation.ts does with the entity what is decided here.
 */
import { evidenceOf, type Evidence, type Failure } from "@signalbox/runtime/model/failure";
import { assertNever } from "../../model/invariant.ts";
import type { AfterFailure } from "../after-invocation.ts";
import { coverageMark } from "../coverage-mark.ts";
import type { PartitionState } from "../partition-state.ts";
import type { StepContext } from "../step-context.ts";
import type { EndpointState } from "../tables/endpoint-state.ts";
import type { Entity } from "../tables/entity.ts";
import { isSuspect } from "../tables/trials.ts";
import { blamesEndpoint, closeBreaker } from "./breaker.ts";
import { judgeDeath, killerFailure, suspectCleared, suspectWaitMsMin, type Death, type Ended } from "./trial.ts";

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

/** Returns what follows for the entity. What the failure means for the endpoint is applied here. */
export function attemptFailed(state: PartitionState, entity: Entity, at: FailureAt): AfterFailure {
  const { failure } = at;
  report(entity, at);
  const evidence = evidenceOf(failure);
  const wasSuspect = isSuspect(entity);
  tellEndpoint(state, entity, { ...at, evidence });
  const next = judge(state, entity, { ...at, evidence });
  // It stays in memory for its attempts, and no entity that waits on disk has to wait for its room (simulation seed 9101462).
  if (wasSuspect && !isSuspect(entity)) entity.keepAttempts();
  return next;
}

function judge(state: PartitionState, entity: Entity, at: FailureAt & { readonly evidence: Evidence }): AfterFailure {
  const { endpoint, failure, evidence } = at;
  if (evidence === "short") {
    // Nobody is blamed: the endpoint gets fewer calls at once and this entity waits.
    coverageMark("attempt-short-of-memory");
    return waitLonger(state, entity, at);
  }
  if (evidence === "answered") {
    if (failure.code !== "RETRY_LATER") return spendAttempt(state, entity, at);
    // The function may ask for this as often as it wishes: it has answered, and no attempt is spent.
    coverageMark("asked-later");
    return waitLonger(state, entity, at);
  }
  const contrasted = evidence !== "unreachable" && evidence !== "congested" && failedAmidAnswers(entity);
  const death = evidence === "died" ? judgeDeath(state, entity, { endpoint, ended: at.ended, contrasted }) : undefined;
  const isEndpoints = blamesEndpoint(state, endpoint, { ...at, entity, contrasted });
  if (death !== undefined) return afterDeath(state, entity, { ...at, death });
  if (isEndpoints) return { kind: "behind", failure };
  // An overloaded endpoint spends no attempt of the entity, but each time the entity waits for longer.
  return evidence === "congested" ? waitLonger(state, entity, at) : spendAttempt(state, entity, at);
}

function report(entity: Entity, { endpoint, failure, nowMs, actions }: FailureAt): void {
  actions.push({
    kind: "observe",
    event: {
      kind: "attempt-failed",
      address: entity.address,
      endpoint: endpoint.spec.id,
      attempt: entity.failures + 1,
      failure,
      atMs: nowMs,
      durationMs: nowMs - entity.startedMs,
    },
  });
}

/**
 * Tells the endpoint what the failure shows: how many calls at once it bears, whether a suspect is cleared, and whether it is up after all.
 */
function tellEndpoint(state: PartitionState, entity: Entity, at: FailureAt & { readonly evidence: Evidence }): void {
  const { endpoint, failure, evidence, nowMs } = at;
  if (failure.code === "ENDPOINT_OVERLOADED" || failure.code === "CALL_TIMEOUT" || evidence === "short")
    endpoint.overloaded(nowMs, nowMs - entity.startedMs);
  if (at.ended.wasOnTrial && (evidence === "answered" || evidence === "threw" || evidence === "short")) {
    suspectCleared(endpoint);
    if (entity.singlesLeft === 0) entity.deaths = 0;
  }
  if (evidence === "answered") endpoint.answered();
  // A framework that reports that its function threw is up as well. But where many such errors opened the breaker, only a reply closes it.
  if (evidence === "answered" || evidence === "short" || (evidence === "threw" && !endpoint.openedByMany))
    closeBreaker(state, endpoint, at);
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

function afterDeath(state: PartitionState, entity: Entity, at: FailureAt & { readonly death: Death }): AfterFailure {
  const { endpoint, failure, death } = at;
  switch (death) {
    case "victim":
      return { kind: "behind", failure };
    case "suspect":
      return later(state, entity, at);
    case "killer":
      coverageMark("killer-parked");
      endpoint.suspects.delete(entity);
      entity.failures = entity.deaths;
      return { kind: "parked", failure: killerFailure(entity, failure) };
    default:
      return assertNever(death);
  }
}

function spendAttempt(state: PartitionState, entity: Entity, at: FailureAt): AfterFailure {
  entity.failures++;
  if (entity.failures === 1) entity.sinceMs = at.nowMs;
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
    return later(state, entity, at);
  }
  return exhausted ? { kind: "parked", failure: at.failure } : later(state, entity, at);
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

function later(state: PartitionState, entity: Entity, at: FailureAt): AfterFailure {
  return { kind: "later", failure: at.failure, waitMs: backOffMs(state, entity, at) };
}

/** Waits longer each time without spending an attempt, because the failure is not the entity's fault. */
function waitLonger(state: PartitionState, entity: Entity, at: FailureAt): AfterFailure {
  entity.overloads++;
  return later(state, entity, at);
}
