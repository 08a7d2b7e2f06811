/**
 * CallRecord: one call that went through the gateway, as a record of the journal. The tail, the live flow and traces are built from such
 * records.
 */
import type { Effects, JournalDelayed, JournalMessage, JournalRecord, JournalValue, TypedValue } from "@signalbox/runtime";
import { derivedName } from "./message-name.ts";
import type { Asked, SentNames } from "./wire.ts";

export interface Call {
  readonly asked: Asked;
  readonly endpoint: string;
  readonly effects: Effects;
  readonly names: SentNames;
  readonly sequence: number;
  readonly attempts: number;
  readonly startedMs: number;
  readonly endedMs: number;
}

const messagesShownMax = 100;

/** The names of all messages that the batch sent; a repeat of the batch gets the same names. */
export function namesOf({ target, inputs }: Asked, effects: Effects): SentNames {
  const batch = inputs.map(({ name }) => name);
  const named = (kind: string, causes: readonly number[] | undefined) => (_: unknown, index: number) =>
    derivedName({ batch, self: target, by: batch[causes?.[index] ?? 0] ?? batch[0] }, `${kind}${index}`);
  return {
    messages: effects.messages.map(named("m", effects.causes?.messages)),
    delayed: effects.delayed.map(named("d", effects.causes?.delayed)),
    egress: effects.egress.map(named("e", effects.causes?.egress)),
  };
}

export function recordOf(call: Call): JournalRecord {
  const { asked, effects, names, startedMs, endedMs } = call;
  const caller = asked.target;
  const sent = effects.messages.map(({ target, value }, index): JournalMessage => {
    const { sequence = 0, trace = 0 } = names.messages[index] ?? {};
    return { sequence, trace, caller, target, value: shown(value), atMs: endedMs };
  });
  const delayed = effects.delayed.map((effect, index): JournalDelayed => {
    const { cancellationToken } = effect;
    if (effect.kind === "cancel") return { kind: "cancel", cancellationToken };
    const { target, value, delayMs } = effect;
    const sequence = names.delayed[index]?.sequence ?? 0;
    return { kind: "send-after", sequence, dueMs: endedMs + delayMs, target, value: shown(value), cancellationToken };
  });
  return {
    sequence: call.sequence,
    address: caller,
    outcome: { kind: "completed" },
    epoch: 0,
    messages: asked.inputs.slice(0, messagesShownMax).map(({ name, caller: from, value }) => ({
      ...name,
      caller: from,
      target: caller,
      value: shown(value),
      atMs: startedMs,
    })),
    messagesTotal: asked.inputs.length,
    sent,
    delayed,
    egress: effects.egress.map(({ egress, value }, index) => ({ sequence: index, egress, value: shown(value) })),
    state: effects.mutations.map((mutation) => {
      const before = asked.state.find(({ name }) => name === mutation.name)?.value;
      return {
        name: mutation.name,
        before: before && shown(before),
        after: mutation.kind === "modify" ? shown(mutation.value) : undefined,
      };
    }),
    attempts: call.attempts,
    startedMs,
    endedMs,
    endpoint: call.endpoint,
    causes: effects.causes && { sent: effects.causes.messages, delayed: effects.causes.delayed, egress: effects.causes.egress },
    codeVersion: effects.codeVersion,
  };
}

function shown({ typename, bytes, hasValue }: TypedValue): JournalValue {
  return { typename, hasValue, sizeBytes: bytes.length, bytes };
}
