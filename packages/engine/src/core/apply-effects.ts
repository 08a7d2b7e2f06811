/**
 * ApplyEffects: one reply becomes one change in the open epoch (G2): the consumed messages leave; messages, delayed messages and egress
 * records enter; state and the journal record are written. Order: messages, delayed in list order, egress, mutations (docs/statefun.md
 * 2.1).
 */
import { causesWithin, type Causes, type Effects } from "@signalbox/runtime/model/effects";
import type { JournalDelayed, JournalMessage, JournalRecord, JournalStateChange } from "@signalbox/runtime/model/journal-record";
import { messageId, type Message } from "@signalbox/runtime/model/message";
import { inheritedHeaders } from "@signalbox/runtime/model/message-headers";
import type { TokenRead } from "./command.ts";
import { consumeBatch } from "./mailbox.ts";
import { appendEgress } from "./egress.ts";
import type { Entity } from "./tables/entity.ts";
import { journalMessage, journalValue, writeInvocation } from "./journal/journal.ts";
import type { Actions } from "./action.ts";
import type { PartitionState } from "./partition-state.ts";
import { noteSent } from "./scheduling/held-senders.ts";
import { momentMsMax, renewUsed, storedValue } from "./state-values/expiration.ts";
import { send } from "./send.ts";
import { cancelDelayed, scheduleDelayed } from "./timers.ts";

export interface EffectsInput {
  readonly effects: Effects;
  readonly tokens: ReadonlyMap<string, TokenRead | undefined>;
  readonly nowMs: number;
  readonly actions: Actions;
}

/** Most replies have effects of one kind or two. */
const none: readonly never[] = [];

export function applyEffects(state: PartitionState, entity: Entity, input: EffectsInput): void {
  const { effects, nowMs } = input;
  const consumed = consumeBatch(state, entity);
  const causes = consumed.length > 1 ? causesWithin(effects, consumed.length) : undefined;
  const sent = effects.messages.length === 0 ? none : sendMessages(state, entity, { effects, consumed, causes, nowMs });
  const delayed = effects.delayed.length === 0 ? none : applyDelayed(state, entity, { ...input, consumed, causes });
  const egress = effects.egress.length === 0 ? none : appendRecords(state, entity, { effects, consumed, causes, nowMs });
  const changes = effects.mutations.length === 0 ? none : applyMutations(state, entity, { effects, nowMs });
  renewUsed(state, entity, nowMs);
  writeInvocation(state, entity, {
    consumed,
    sent,
    delayed,
    egress,
    changes,
    attempts: entity.failures + 1,
    causes: causes && { sent: causes.messages, delayed: causes.delayed, egress: causes.egress },
    codeVersion: effects.codeVersion,
    nowMs,
    actions: input.actions,
  });
}

/** Guesses the cause where the reply does not name it: with as many outputs as inputs they are paired in order, otherwise the first input counts. */
function guessedCause(consumed: readonly Message[], index: number, outputs: number): number {
  return outputs === consumed.length ? index : 0;
}

/** What an output inherits from the message that caused it. */
function fromCause(consumed: readonly Message[], cause: number): { readonly trace: number; readonly headers: string | undefined } {
  const message = consumed[cause];
  if (message === undefined) return { trace: 0, headers: undefined };
  return { trace: message.trace, headers: message.headers && inheritedHeaders(message.headers, messageId(message)) };
}

interface Outputs {
  readonly effects: Effects;
  readonly consumed: readonly Message[];
  readonly causes: Causes | undefined;
  readonly nowMs: number;
}

function sendMessages(state: PartitionState, entity: Entity, input: Outputs): JournalMessage[] {
  const outgoing = input.effects.messages;
  const coldBefore = state.cold.delivered;
  const sent: JournalMessage[] = [];
  for (let index = 0; index < outgoing.length; index++) {
    const one = outgoing[index];
    if (one === undefined) continue;
    const message = send(state, {
      target: one.target,
      value: one.value,
      ...fromCause(input.consumed, input.causes?.messages[index] ?? guessedCause(input.consumed, index, outgoing.length)),
      caller: entity.address,
      atMs: input.nowMs,
    });
    sent.push(journalMessage(message, state.limits.journalLevel));
  }
  noteSent(state, entity.type, { messages: outgoing.length, coldBefore });
  return sent;
}

function appendRecords(state: PartitionState, entity: Entity, input: Outputs): JournalRecord["egress"] {
  const { effects, consumed, causes, nowMs } = input;
  return effects.egress.map(({ egress, value }, index) => {
    const cause = causes?.egress[index] ?? guessedCause(consumed, index, effects.egress.length);
    const { sequence } = appendEgress(state, { egress, value, from: entity.address, ...fromCause(consumed, cause), atMs: nowMs });
    return { sequence, egress, value: journalValue(value, state.limits.journalLevel) };
  });
}

interface DelayedInput extends EffectsInput {
  readonly consumed: readonly Message[];
  readonly causes: Causes | undefined;
}

function applyDelayed(state: PartitionState, entity: Entity, input: DelayedInput): JournalDelayed[] {
  const live = new Map(input.tokens);
  const journal: JournalDelayed[] = [];
  for (const [index, effect] of input.effects.delayed.entries()) {
    const token = effect.cancellationToken;
    if (effect.kind === "cancel") {
      cancelDelayed(state, { senderId: entity.id, token, found: live.get(token) });
      live.set(token, undefined);
      journal.push({ kind: "cancel", cancellationToken: token });
      continue;
    }
    const sequence = state.sequences.take();
    const dueMs = Math.min(momentMsMax, input.nowMs + effect.delayMs);
    scheduleDelayed(state, {
      sequence,
      ...fromCause(input.consumed, input.causes?.delayed[index] ?? 0),
      caller: entity.address,
      target: effect.target,
      value: effect.value,
      dueMs,
      cancellationToken: token,
    });
    if (token !== "") live.set(token, { dueMs, sequence });
    journal.push({
      kind: "send-after",
      sequence,
      dueMs,
      target: effect.target,
      value: journalValue(effect.value, state.limits.journalLevel),
      cancellationToken: token,
    });
  }
  return journal;
}

function applyMutations(state: PartitionState, entity: Entity, input: { effects: Effects; nowMs: number }): JournalStateChange[] {
  const level = state.limits.journalLevel;
  const changes: JournalStateChange[] = [];
  for (const mutation of input.effects.mutations) {
    const { name } = mutation;
    const before = entity.values?.get(name);
    const after = mutation.kind === "modify" ? storedValue(entity, { name, value: mutation.value, nowMs: input.nowMs }) : undefined;
    if (after === undefined) state.values.remove(entity, name);
    else state.values.put(entity, name, after);
    changes.push({ name, before: before && journalValue(before, level), after: after && journalValue(after, level) });
  }
  return changes;
}
