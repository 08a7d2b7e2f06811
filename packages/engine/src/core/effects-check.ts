/**
 * EffectsCheck: whether a reply may be committed, decided before anything of it is applied, so that a bad one changes nothing.
 */
import { formatAddress, type Address } from "@signalbox/runtime/model/address";
import type { DelayedEffect, Effects, StateMutation } from "@signalbox/runtime/model/effects";
import type { Failure } from "@signalbox/runtime/model/failure";
import type { TokenRead } from "./command.ts";
import type { Entity } from "./tables/entity.ts";
import { coverageMark } from "./coverage-mark.ts";
import type { PartitionState } from "./partition-state.ts";
import { checkTarget } from "./router.ts";
import { TypeRoom } from "./type-room.ts";
import { wrongAnswer } from "./failure/wrong-answer.ts";

export function checkEffects(
  state: PartitionState,
  entity: Entity,
  reply: { effects: Effects; tokens: ReadonlyMap<string, TokenRead | undefined> },
): Failure | undefined {
  for (const mutation of reply.effects.mutations) {
    const failure = checkMutation(entity, mutation);
    if (failure !== undefined) return failure;
  }
  const room = new TypeRoom(state);
  for (const message of reply.effects.messages) {
    const failure = checkSend(entity, message.target, { state, room });
    if (failure !== undefined) return failure;
  }
  const failure = checkDelayed(entity, reply, { state, room });
  if (failure !== undefined) return failure;
  for (const record of reply.effects.egress) {
    if (state.routes.egressSpecs.has(record.egress)) continue;
    const message = `${formatAddress(entity.address)} sent to egress "${record.egress}", which no module declares`;
    return wrongAnswer(
      "UNKNOWN_EGRESS",
      message,
      `Declare an egress with id ${record.egress} in a module, or correct the id in the function; then retry.`,
    );
  }
  return undefined;
}

function checkMutation(entity: Entity, mutation: StateMutation): Failure | undefined {
  const index = entity.type.specIndex.get(mutation.name);
  const spec = index === undefined ? undefined : entity.type.specs[index];
  if (spec === undefined || !(entity.wasSent(mutation.name) || entity.type.declared.includes(mutation.name))) {
    const message = `${formatAddress(entity.address)} wrote state "${mutation.name}", which it never declared`;
    return wrongAnswer("STATE_NOT_REGISTERED", message, "Declare the value in the function's specs.");
  }
  if (mutation.kind === "delete" || mutation.value.typename === spec.typename) return undefined;
  const message = `${formatAddress(entity.address)} wrote state "${mutation.name}" as ${mutation.value.typename}, it is registered as ${spec.typename}`;
  return wrongAnswer("STATE_TYPE_MISMATCH", message, "Write the registered type, or give the new value another name.");
}

interface Sending {
  readonly state: PartitionState;
  readonly room: TypeRoom;
}

function checkSend(entity: Entity, target: Address, { state, room }: Sending): Failure | undefined {
  const refused = checkTarget(state, target, room);
  if (refused === undefined) return undefined;
  if (refused.code === "INVALID_ADDRESS") coverageMark("sent-to-no-address");
  if (refused.code === "TOO_MANY_TYPES") coverageMark("sent-to-one-type-too-many");
  return wrongAnswer(
    refused.code,
    `${formatAddress(entity.address)} sent a message that cannot be taken: ${refused.message}`,
    refused.code === "INVALID_ADDRESS" ? `${refused.cure} Correct it in the function; then retry.` : refused.cure,
  );
}

/** Sends and cancels share one ordered list: a token that is cancelled first may be used again after it. */
function checkDelayed(
  entity: Entity,
  reply: { effects: Effects; tokens: ReadonlyMap<string, TokenRead | undefined> },
  sending: Sending,
): Failure | undefined {
  const delayed = reply.effects.delayed;
  if (delayed.length === 0) return undefined;
  const live = new Map<string, boolean>();
  for (const [token, found] of reply.tokens) live.set(token, found !== undefined);
  for (const effect of delayed) {
    const failure = effect.kind === "cancel" ? checkCancel(entity, effect) : checkSendAfter(entity, { effect, live }, sending);
    if (failure !== undefined) return failure;
    if (effect.kind === "send-after" && live.get(effect.cancellationToken) === false && reply.tokens.get(effect.cancellationToken))
      coverageMark("token-freed-and-used-again");
    if (effect.cancellationToken !== "") live.set(effect.cancellationToken, effect.kind === "send-after");
  }
  return undefined;
}

function checkCancel(entity: Entity, effect: Extract<DelayedEffect, { kind: "cancel" }>): Failure | undefined {
  if (effect.cancellationToken !== "") return undefined;
  return wrongAnswer(
    "TOKEN_MISSING",
    `${formatAddress(entity.address)} asked to cancel a delayed message without a token`,
    "Pass the token that the delayed message was sent with.",
  );
}

function checkSendAfter(
  entity: Entity,
  at: { effect: Extract<DelayedEffect, { kind: "send-after" }>; live: ReadonlyMap<string, boolean> },
  sending: Sending,
): Failure | undefined {
  const { effect, live } = at;
  if (effect.delayMs < 0) {
    return wrongAnswer(
      "DELAY_NEGATIVE",
      `${formatAddress(entity.address)} asked for a delay of ${effect.delayMs} ms`,
      "Send a delay of 0 ms or more.",
    );
  }
  if (effect.cancellationToken !== "" && live.get(effect.cancellationToken) === true) {
    coverageMark("token-in-use-refused");
    const message = `${formatAddress(entity.address)} used cancellation token "${effect.cancellationToken}" while a delayed message with it still waits`;
    return wrongAnswer("TOKEN_IN_USE", message, "Cancel the first one before, or use a token of its own for each delayed message.");
  }
  return checkSend(entity, effect.target, sending);
}
