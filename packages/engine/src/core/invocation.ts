/**
 * Invocation: what the end of an attempt means. Replies are fenced by invocation and attempt: a late one changes nothing.
 * A good reply goes to apply-effects.ts; a request for states registers them and the same batch goes again; a failure is told apart by what
 * failed: the endpoint (breaker.ts, nobody spends attempts) or the entity (backoff with jitter, then parked).
 */
import { evidenceOf, type Failure } from "../model/failure.ts";
import { assertNever } from "../model/invariant.ts";
import { formatAddress } from "../model/address.ts";
import { closeBreaker, openBreaker, type Moment } from "./failure/breaker.ts";
import type { Command } from "./command.ts";
import { commitEffects } from "./apply-effects.ts";
import { enqueue, enqueueFirst, queueType } from "./mailbox.ts";
import { checkEffects } from "./effects-check.ts";
import type { EndpointState } from "./tables/endpoint-state.ts";
import type { Entity } from "./tables/entity.ts";
import { afterInvocation } from "./after-invocation.ts";
import { unload } from "./scheduling/residency.ts";
import { writeParked } from "./journal/journal.ts";
import { mark } from "./coverage-mark.ts";
import type { PartitionState } from "./partition-state.ts";
import { registerStates } from "./state-values/state-registration.ts";
import { storeKey } from "./store/store-key.ts";
import { isSuspect, judgeDeath, killerFailure, suspectWaitMsMin, type Ended } from "./failure/trial.ts";

/** A function that answers wrongly will rarely answer rightly soon. */
const wrongAnswerAttemptsMax = 4;
/** From the second failure of a batch on, its messages go alone: the bad one ends up at the head. */
const batchFailuresMax = 2;

export function endInvocation(state: PartitionState, reply: Extract<Command, { kind: "reply" }>, moment: Moment): void {
  const entity = state.inFlight.get(reply.invocation);
  if (entity === undefined || entity.attempt !== reply.attempt) {
    mark("late-reply-dropped");
    return;
  }
  const asked = entity.type.asking === entity;
  const { endpoint, ended } = release(state, entity);
  if (reply.outcome.kind === "failure") {
    fail(state, entity, { endpoint, ended, failure: reply.outcome.failure, ...moment });
    return;
  }
  endpoint.answered();
  if (ended.wasOnTrial) clearSuspect(endpoint);
  if (!entity.type.answered) state.typeAnswered(entity.type);
  closeBreaker(state, endpoint, moment);
  if (reply.outcome.reply.kind === "incomplete") {
    const failure = registerStates(state, entity, { missing: reply.outcome.reply.missing, asked });
    if (failure !== undefined) fail(state, entity, { endpoint, ended, failure, ...moment });
    else sendAgain(state, entity, moment);
    return;
  }
  const effects = reply.outcome.reply.effects;
  const failure = checkEffects(state, entity, { effects, tokens: reply.tokens });
  if (failure !== undefined) {
    mark("wrong-effects-refused");
    fail(state, entity, { endpoint, ended, failure, ...moment });
    return;
  }
  // It was asked without states and had none to name.
  if (asked) entity.type.handshakeDone = true;
  commitEffects(state, entity, { effects, tokens: reply.tokens, nowMs: moment.nowMs, actions: moment.actions });
  afterInvocation(state, entity, moment);
}

/** Takes it out of flight and gives its credit back. */
function release(state: PartitionState, entity: Entity): { readonly endpoint: EndpointState; readonly ended: EndedInvocation } {
  const endpoint = entity.sentTo;
  if (endpoint === undefined) throw new Error(`in flight without endpoint: ${formatAddress(entity.address)}`);
  const { invocation, onTrial: wasOnTrial, isAlone: wasAlone } = entity;
  state.inFlight.delete(invocation);
  if (entity.type.asking === entity) entity.type.asking = undefined;
  endpoint.inFlight--;
  const wasProbe = endpoint.isProbe(invocation);
  if (endpoint.trials.alone === entity) endpoint.trials.alone = undefined;
  const wasSole = wasOnTrial && endpoint.trials.end(entity);
  entity.invocation = 0;
  if (endpoint.removed) mark("reply-of-removed-endpoint");
  else state.dispatchable.add(endpoint);
  // The next suspect may be of another type.
  if (wasOnTrial) for (const type of state.types.values()) if (type.endpoint === endpoint && type.suspects.size > 0) queueType(state, type);
  return { endpoint, ended: { invocation, wasOnTrial, wasSole, wasAlone, wasProbe } };
}

type EndedInvocation = Ended & { readonly wasProbe: boolean };

function clearSuspect(endpoint: EndpointState): void {
  mark("suspect-cleared");
  endpoint.trials.cleared();
}

/** Attempts that the transport never ended; they count as timeouts. */
export function giveUpOverdue(state: PartitionState, moment: Moment): void {
  for (const entity of [...state.inFlight.values()]) {
    if (entity.deadlineMs > moment.nowMs) continue;
    mark("attempt-given-up");
    fail(state, entity, { ...release(state, entity), failure: overdueFailure(entity), ...moment });
  }
}

function overdueFailure(entity: Entity): Failure {
  const message = `no end of the request to ${formatAddress(entity.address)} within its call budget`;
  return {
    code: "CALL_TIMEOUT",
    scope: "suspect",
    message,
    cure: "Check that the function answers; raise `call` in its module if it needs longer.",
    retryAfterMs: undefined,
    raw: undefined,
  };
}

/** The same batch, at once, with the states that are known now. */
function sendAgain(state: PartitionState, entity: Entity, moment: Moment): void {
  entity.move("release");
  if (entity.pauseWanted || entity.pendingEdits.length > 0) afterInvocation(state, entity, moment);
  else enqueueFirst(state, entity);
}

type FailureAt = { readonly endpoint: EndpointState; readonly ended: EndedInvocation; readonly failure: Failure } & Moment;

function fail(state: PartitionState, entity: Entity, at: FailureAt): void {
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
    clearSuspect(endpoint);
    if (entity.singlesLeft === 0) entity.deaths = 0;
  }
  if (evidence === "short") {
    // Fewer at once, each later, and nobody is blamed; that something came shows that the endpoint is up.
    mark("attempt-short-of-memory");
    endpoint.overloaded(nowMs, durationMs);
    closeBreaker(state, endpoint, at);
    entity.overloads++;
    backOff(state, entity, at);
  } else if (evidence === "answered") {
    endpoint.answered();
    closeBreaker(state, endpoint, at);
    if (failure.code === "RETRY_LATER") {
      // As often as the function wishes: it has answered, and spends nothing.
      mark("asked-later");
      entity.overloads++;
      backOff(state, entity, at);
    } else spendAttempt(state, entity, at);
  } else {
    // Its framework answered: somebody is there. Only where many threw and nobody was answered a reply has to say so.
    if (evidence === "threw" && !endpoint.openedByMany) closeBreaker(state, endpoint, at);
    const contrasted = evidence !== "unreachable" && evidence !== "congested" && failedAmidAnswers(entity);
    if (evidence === "died") endAfterDeath(state, entity, { ...at, contrasted });
    else if (blamesEndpoint(state, entity, { ...at, contrasted })) goBehind(state, entity, failure);
    else if (evidence === "congested") {
      // Too much asked of the endpoint spends no attempt, but each time it is asked later.
      entity.overloads++;
      backOff(state, entity, at);
    } else spendAttempt(state, entity, at);
  }
  queueType(state, entity.type);
  if (entity.pauseWanted || entity.pendingEdits.length > 0) afterInvocation(state, entity, at);
}

/** Others of its type were answered since it failed before: from then on its failures are its own, until it is answered itself. */
function failedAmidAnswers(entity: Entity): boolean {
  const { answers } = entity.type;
  if (entity.answersSeen >= 0 && answers > entity.answersSeen && !entity.contrasted) {
    mark("failed-amid-answers");
    entity.contrasted = true;
  }
  entity.answersSeen = answers;
  return entity.contrasted;
}

/** It was not this entity's fault: it keeps its attempts. Another has its turn first, so that one that always fails is not probed for ever. */
function goBehind(state: PartitionState, entity: Entity, failure: Failure): void {
  mark("attempt-blamed-on-endpoint");
  entity.failure = failure;
  entity.move("release");
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
      mark("killer-parked");
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
      mark("breaker-opened-again");
      openBreaker(state, endpoint, { ...at, entity });
    } else mark("old-failure-while-probing");
    return true;
  }
  if (failure.scope === "down") {
    mark("breaker-opened-by-refusal");
    openBreaker(state, endpoint, { ...at, entity });
    return true;
  }
  if (at.contrasted) return false;
  endpoint.suspects.add(entity);
  if (endpoint.suspects.size < state.limits.breakerEntitiesMin) return false;
  mark("breaker-opened-by-suspects");
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
  // Never parked with a whole batch: a person must find the message that fails at the head.
  if (entity.batchCount > 1 && (exhausted || entity.failures >= batchFailuresMax)) {
    mark("batch-narrowed");
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

/** A message that its function rejects is not tried again; a wrong answer is, some times. */
function attemptsMaxOf({ limits }: PartitionState, { code, scope }: Failure): number {
  if (code === "REJECTED") {
    mark("rejected-by-function");
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
  state.troubled.add(entity);
  state.alarms.add({ kind: "retry", dueMs: entity.retryAtMs, order: state.alarmOrder++, entity });
}

export function retryDue(state: PartitionState, entity: Entity, dueMs: number): void {
  if (entity.status !== "backing-off" || entity.retryAtMs !== dueMs) return;
  entity.move("due");
  enqueue(state, entity);
}

function park(state: PartitionState, entity: Entity, at: FailureAt): void {
  mark("entity-parked");
  entity.failure = at.failure;
  entity.move("park");
  // An edit that waits for the end of the attempt needs them.
  if (entity.pendingEdits.length === 0) unload(entity);
  entity.sinceMs = at.nowMs;
  state.troubled.add(entity);
  const record = { status: "parked", failure: at.failure, attempts: entity.failures, sinceMs: at.nowMs } as const;
  state.writes.put(storeKey.entity(entity.keyPart), { kind: "entity", record }, 512);
  writeParked(state, entity, { failure: at.failure, nowMs: at.nowMs, actions: at.actions });
}
