/**
 * Commit: one reply becomes one change: consumed messages out, messages, delayed messages and egress records in, state written, and the
 * journal record beside them, all in the open epoch (G2). Order: messages, delayed in list order, egress, mutations (docs/statefun.md 2.1).
 */
import type { Effects } from "../model/effects.ts";
import type { JournalDelayed, JournalStateChange } from "../model/journal-record.ts";
import type { EgressRecord, Message } from "../model/message.ts";
import type { StateSpec } from "../model/state-spec.ts";
import type { TokenRead } from "./command.ts";
import { messageBytes } from "./mailbox.ts";
import { appendEgress } from "./egress.ts";
import type { Entity } from "./tables/entity.ts";
import { journalMessage, journalValue, writeInvocation } from "./journal/journal.ts";
import { mark } from "./coverage-mark.ts";
import type { Actions, PartitionState } from "./partition-state.ts";
import { storeKey } from "./store/store-key.ts";
import type { StoredValue } from "./store/store-record.ts";
import { send } from "./send.ts";
import { cancelDelayed, scheduleDelayed } from "./timers.ts";

export interface CommitInput {
  readonly effects: Effects;
  readonly tokens: ReadonlyMap<string, TokenRead | undefined>;
  readonly nowMs: number;
  readonly actions: Actions;
}

/** The latest moment that is written down, about 142 000 years after 1970; larger delays and expirations are cut to it. */
const momentMsMax = 2 ** 52 - 1;

export function commitEffects(state: PartitionState, entity: Entity, input: CommitInput): void {
  const { effects, nowMs } = input;
  const consumed = removeConsumed(state, entity);
  const sent = sendMessages(state, entity, { effects, consumed, nowMs });
  const trace = consumed[0]?.trace ?? 0;
  const delayed = effects.delayed.length === 0 ? [] : applyDelayed(state, entity, { ...input, trace });
  const egress: EgressRecord[] = [];
  for (const [index, record] of effects.egress.entries()) {
    egress.push(
      appendEgress(state, {
        egress: record.egress,
        value: record.value,
        from: entity.address,
        trace: traceOf(consumed, index, effects.egress.length),
        atMs: nowMs,
      }),
    );
  }
  const changes = applyMutations(state, entity, { effects, nowMs });
  const attempts = entity.failures + 1;
  settle(state, entity, consumed.length);
  const level = state.limits.journalLevel;
  writeInvocation(state, entity, {
    consumed,
    sent: sent.map((message) => journalMessage(message, level)),
    delayed,
    egress: egress.map((record) => ({ sequence: record.sequence, egress: record.egress, value: journalValue(record.value, level) })),
    changes,
    attempts,
    nowMs,
    actions: input.actions,
  });
}

function removeConsumed(state: PartitionState, entity: Entity): Message[] {
  const consumed = entity.mailbox.first(entity.batchCount);
  entity.mailbox.removeFirst(consumed.length);
  for (const message of consumed) {
    state.removeRow(storeKey.message(entity.keyPart, message.sequence), message.sequence);
    state.mailboxBytesInMemory -= messageBytes(message);
  }
  state.waitingMessages -= consumed.length;
  entity.type.waitingMessages -= consumed.length;
  return consumed;
}

/** The reply does not say which input caused which output. As many outputs as inputs: paired in order; otherwise the first input's trace. */
function traceOf(consumed: readonly Message[], index: number, outputs: number): number {
  const paired = outputs === consumed.length ? consumed[index] : consumed[0];
  return paired?.trace ?? 0;
}

function sendMessages(
  state: PartitionState,
  entity: Entity,
  input: { effects: Effects; consumed: readonly Message[]; nowMs: number },
): Message[] {
  const outgoing = input.effects.messages;
  const sent: Message[] = [];
  for (let index = 0; index < outgoing.length; index++) {
    const one = outgoing[index];
    if (one === undefined) continue;
    const message = send(state, {
      target: one.target,
      value: one.value,
      trace: traceOf(input.consumed, index, outgoing.length),
      caller: entity.address,
      atMs: input.nowMs,
    });
    sent.push(message);
  }
  return sent;
}

function applyDelayed(state: PartitionState, entity: Entity, input: CommitInput & { trace: number }): JournalDelayed[] {
  const live = new Map(input.tokens);
  const journal: JournalDelayed[] = [];
  for (const effect of input.effects.delayed) {
    const token = effect.cancellationToken;
    if (effect.kind === "cancel") {
      cancelDelayed(state, { senderId: entity.id, token, found: live.get(token) });
      live.set(token, undefined);
      journal.push({ kind: "cancel", cancellationToken: token });
      continue;
    }
    const sequence = state.takeSequence();
    const dueMs = Math.min(momentMsMax, input.nowMs + effect.delayMs);
    scheduleDelayed(state, {
      sequence,
      trace: input.trace,
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
  const changes: JournalStateChange[] = [];
  const level = state.limits.journalLevel;
  for (const mutation of input.effects.mutations) {
    const before = entity.values?.get(mutation.name);
    const after =
      mutation.kind === "modify" ? storedValue(entity, { name: mutation.name, value: mutation.value, nowMs: input.nowMs }) : undefined;
    if (after === undefined) state.removeState(entity, mutation.name);
    else state.putState(entity, mutation.name, after);
    changes.push({ name: mutation.name, before: before && journalValue(before, level), after: after && journalValue(after, level) });
  }
  refreshAfterInvoke(state, entity, input.nowMs);
  return changes;
}

/** Typename and bytes as the registered spec keeps them: with their expiration from now. */
export function storedValue(
  entity: Entity,
  write: { name: string; value: { typename: string; bytes: Uint8Array }; nowMs: number },
): StoredValue {
  const index = entity.type.specIndex.get(write.name);
  const spec = index === undefined ? undefined : entity.type.specs[index];
  const expires = spec !== undefined && spec.expiration.mode !== "none" ? expiryFrom(write.nowMs, spec) : 0;
  return { typename: write.value.typename, bytes: write.value.bytes, writtenMs: write.nowMs, expiresMs: expires };
}

function expiryFrom(nowMs: number, spec: StateSpec): number {
  return Math.min(momentMsMax, nowMs + spec.expiration.afterMs);
}

function refreshAfterInvoke(state: PartitionState, entity: Entity, nowMs: number): void {
  for (const spec of entity.type.specs) {
    // Used is what the function was given (docs/statefun.md 2.3).
    if (spec.expiration.mode !== "after-invoke" || !entity.wasSent(spec.name)) continue;
    const value = entity.values?.get(spec.name);
    const expiresMs = expiryFrom(nowMs, spec);
    if (value !== undefined && value.expiresMs !== expiresMs) {
      mark("lifetime-renewed");
      state.putState(entity, spec.name, { ...value, expiresMs });
    }
  }
}

function settle(state: PartitionState, entity: Entity, consumedCount: number): void {
  if (entity.singlesLeft > 0) entity.singlesLeft = Math.max(0, entity.singlesLeft - consumedCount);
  entity.batchCount = 0;
  entity.type.answers++;
  if (entity.failures === 0 && entity.failure === undefined) return;
  const { deaths } = entity;
  entity.forgetFailures();
  // The rest of the batch that was in flight when the process died is suspected still.
  if (entity.singlesLeft > 0) entity.deaths = deaths;
  state.troubled.delete(entity);
}
