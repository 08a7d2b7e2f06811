/**
 * KeptAnswer: the fold of a call (docs/decisions/0051): the first message that comes is its answer and stays as its state, later ones
 * change nothing.
 * Neighbours: dispatch.ts folds here and now once the states of calls are known; before that, and when very many come in one turn,
 * runtime/functions/call-function.ts does the same behind the transport. Guarantee: either way gives the same effects.
 */
import { encodeCallAnswer } from "../model/call-answer.ts";
import { callAnswerState } from "@signalbox/runtime/model/call";
import { noEffects, type Effects } from "@signalbox/runtime/model/effects";
import type { TypedValue } from "@signalbox/runtime/model/typed-value";
import type { PartitionState } from "./partition-state.ts";
import { liveValue } from "./state-values/expiration.ts";
import type { Entity } from "./tables/entity.ts";

/** At most so many answers are kept in one turn of the partition; the rest are dispatched as any other message. */
export const answersPerTurnMax = 256;

export function effectsOfAnswer(answer: TypedValue | undefined, isAnswered: boolean): Effects {
  if (isAnswered || answer === undefined) return noEffects;
  return { ...noEffects, mutations: [{ kind: "modify", name: callAnswerState, value: encodeCallAnswer(answer) }] };
}

/** What the batch that is in flight does to its call. */
export function keptAnswer(state: PartitionState, call: Entity, nowMs: number): Effects {
  const isAnswered = liveValue(state, call, { name: callAnswerState, nowMs }) !== undefined;
  return effectsOfAnswer(call.mailbox.at(0)?.value, isAnswered);
}
