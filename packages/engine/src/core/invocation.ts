/**
 * Invocation: what the end of an attempt means. Replies are fenced by invocation and attempt: a late one changes nothing. A good reply goes
 * to apply-effects.ts; a request for states registers them; a failure goes to failure/failed-attempt.ts, which tells the endpoint's from
 * the entity's. Each of them returns what follows for the entity, and after-invocation.ts does it.
 */
import { formatAddress } from "@signalbox/runtime/model/address";
import type { Failure } from "@signalbox/runtime/model/failure";
import type { FunctionReply } from "@signalbox/runtime/model/effects";
import { afterInvocation } from "./after-invocation.ts";
import { applyEffects } from "./apply-effects.ts";
import type { Command } from "./command.ts";
import { coverageMark } from "./coverage-mark.ts";
import { checkEffects } from "./effects-check.ts";
import { closeBreaker } from "./failure/breaker.ts";
import { attemptFailed, type EndedInvocation } from "./failure/failed-attempt.ts";
import { suspectCleared } from "./failure/trial.ts";
import type { PartitionState } from "./partition-state.ts";
import { endInScopes } from "./scheduling/limits.ts";
import { queueTypesOf } from "./scheduling/ready-queue.ts";
import { registerStates, typeAnswered } from "./state-values/state-registration.ts";
import type { StepContext } from "./step-context.ts";
import type { EndpointState } from "./tables/endpoint-state.ts";
import type { Entity } from "./tables/entity.ts";

type Reply = Extract<Command, { kind: "reply" }>;

export function endInvocation(state: PartitionState, reply: Reply, context: StepContext): void {
  const entity = state.invocations.inFlight.get(reply.invocation);
  if (entity === undefined || entity.attempt !== reply.attempt) {
    coverageMark("late-reply-dropped");
    return;
  }
  const asked = entity.type.asking === reply.invocation;
  const released = release(state, entity);
  const { outcome, tokens } = reply;
  const answer = outcome.kind === "reply" ? answered(state, entity, { released, context, reply: outcome.reply, tokens, asked }) : outcome;
  const event = outcome.kind === "failure" ? (outcome.event ?? 0) : 0;
  const next =
    answer.kind === "failure" ? attemptFailed(state, entity, { ...released, ...context, failure: answer.failure, event }) : answer;
  afterInvocation(state, entity, { nowMs: context.nowMs, actions: context.actions, next });
}

/** No object is copied here, because this happens for each message. */
interface Answered {
  readonly released: Released;
  readonly context: StepContext;
  readonly reply: FunctionReply;
  readonly tokens: Reply["tokens"];
  /** Its request carried no states. */
  readonly asked: boolean;
}

type Answer = { readonly kind: "answered" | "again" } | { readonly kind: "failure"; readonly failure: Failure };

const wasAnswered: Answer = { kind: "answered" };

/** Returns a failure when nothing of the answer may count. The endpoint is up in either case. */
function answered(state: PartitionState, entity: Entity, answer: Answered): Answer {
  const { released, context, reply, tokens, asked } = answer;
  const { endpoint, ended } = released;
  endpoint.answered();
  if (ended.wasOnTrial) suspectCleared(endpoint);
  closeBreaker(state, endpoint, context);
  if (!entity.type.answered) typeAnswered(state, entity.type);
  if (reply.kind === "incomplete") {
    const failure = registerStates(state, entity, { missing: reply.missing, asked });
    return failure === undefined ? { kind: "again" } : { kind: "failure", failure };
  }
  const { effects } = reply;
  const failure = checkEffects(state, entity, { effects, tokens });
  if (failure !== undefined) {
    coverageMark("wrong-effects-refused");
    return { kind: "failure", failure };
  }
  // The request carried no states and the function named none: it has none.
  if (asked) entity.type.handshakeDone = true;
  applyEffects(state, entity, { effects, tokens, nowMs: context.nowMs, actions: context.actions });
  return wasAnswered;
}

interface Released {
  readonly endpoint: EndpointState;
  readonly ended: EndedInvocation;
}

/** Takes the entity out of flight and gives the credit back. */
function release(state: PartitionState, entity: Entity): Released {
  const endpoint = entity.sentTo;
  if (endpoint === undefined) throw new Error(`in flight without endpoint: ${formatAddress(entity.address)}`);
  const { invocation, onTrial: wasOnTrial, isAlone: wasAlone } = entity;
  state.invocations.inFlight.delete(invocation);
  if (entity.type.asking === invocation) entity.type.asking = 0;
  endpoint.inFlight--;
  const wasProbe = endpoint.isProbe(invocation);
  state.ready.endAlone(endpoint, entity);
  const wasSole = wasOnTrial && endpoint.trials.end(entity);
  entity.invocation = 0;
  if (entity.type.limits !== undefined) endInScopes(state, entity);
  if (endpoint.removed) coverageMark("reply-of-removed-endpoint");
  else state.ready.allow(endpoint);
  // The next suspect may be of another type.
  if (wasOnTrial) queueTypesOf(state, endpoint, "with-suspects");
  return { endpoint, ended: { invocation, wasOnTrial, wasSole, wasAlone, wasProbe } };
}

/** Ends attempts that the transport never ended; they count as timeouts. */
export function giveUpOverdue(state: PartitionState, context: StepContext): void {
  for (const entity of [...state.invocations.inFlight.values()]) {
    if (entity.deadlineMs > context.nowMs) continue;
    coverageMark("attempt-given-up");
    const at = { ...release(state, entity), ...context, failure: overdueFailure(entity), event: 0 };
    afterInvocation(state, entity, { ...context, next: attemptFailed(state, entity, at) });
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
