/**
 * MemoryEffects: checks the effects of a reply and applies them: state, messages, delayed messages, egress records, one journal record.
 * Guarantee: all of a reply counts, or nothing of it (G2).
 */
import { checkId, formatAddress, type Address } from "../model/address.ts";
import { callTypes } from "../model/call.ts";
import type { DelayedEffect, Effects, StateMutation } from "../model/effects.ts";
import type { Failure, FailureCode } from "../model/failure.ts";
import type { JournalDelayed, JournalStateChange, JournalValue } from "../model/journal-record.ts";
import { messageId, type Message } from "../model/message.ts";
import { inheritedHeaders } from "../model/message-headers.ts";
import type { TypedValue } from "../model/typed-value.ts";
import type { MemoryEntity, MemoryTables } from "./memory-tables.ts";

export function wrongAnswer(code: FailureCode, message: string, cure: string): Failure {
  return { code, scope: "entity", message, cure, retryAfterMs: undefined, raw: undefined };
}

/** Undefined when the effects may be applied. */
export function checkEffects(tables: MemoryTables, entity: MemoryEntity, effects: Effects): Failure | undefined {
  const live = new Set(liveTokens(tables, entity.address.id));
  const targets = [...effects.messages, ...effects.delayed.filter((effect) => effect.kind === "send-after")].map(({ target }) => target);
  return firstFailure([
    ...effects.mutations.map((mutation) => () => checkMutation(tables, entity, mutation)),
    ...targets.map((target) => () => checkTarget(tables, entity, target)),
    ...effects.delayed.map((effect) => () => checkDelayed(entity, effect, live)),
    ...effects.egress.map(({ egress }) => () => {
      if (tables.bindings.egresses.some(({ id }) => id === egress)) return undefined;
      return wrongAnswer(
        "UNKNOWN_EGRESS",
        `${formatAddress(entity.address)} sent to the egress ${egress}`,
        "Declare it in a module, then retry.",
      );
    }),
  ]);
}

function firstFailure(checks: readonly (() => Failure | undefined)[]): Failure | undefined {
  for (const check of checks) {
    const failure = check();
    if (failure !== undefined) return failure;
  }
  return undefined;
}

function checkMutation(tables: MemoryTables, { address }: MemoryEntity, mutation: StateMutation): Failure | undefined {
  const spec = tables.specs.get(address.type)?.find(({ name }) => name === mutation.name);
  if (spec === undefined)
    return wrongAnswer(
      "STATE_NOT_REGISTERED",
      `${address.type} wrote "${mutation.name}"`,
      "Register the value in the function, then retry.",
    );
  if (mutation.kind === "delete" || mutation.value.typename === spec.typename) return undefined;
  const message = `${address.type} wrote "${mutation.name}" as ${mutation.value.typename}; it is registered as ${spec.typename}`;
  return wrongAnswer("STATE_TYPE_MISMATCH", message, "Write the type that is registered, then retry.");
}

function checkTarget(tables: MemoryTables, { address }: MemoryEntity, target: Address): Failure | undefined {
  if (callTypes.has(target.type)) return undefined;
  const reason = checkId(target.id);
  if (reason !== undefined)
    return wrongAnswer(
      "INVALID_ADDRESS",
      `${formatAddress(address)} sent a message, and ${reason}`,
      "Correct it in the function, then retry.",
    );
  if (tables.endpointOf(target.type) !== undefined) return undefined;
  const message = `${formatAddress(address)} sent a message to ${target.type}, which no endpoint serves`;
  return wrongAnswer("UNKNOWN_FUNCTION_TYPE", message, "Register an endpoint for it, then retry.");
}

/** `live`: tokens in use so far; sends and cancels share one ordered list. */
function checkDelayed({ address }: MemoryEntity, effect: DelayedEffect, live: Set<string>): Failure | undefined {
  const { kind, cancellationToken: token } = effect;
  if (kind === "cancel") {
    live.delete(token);
    if (token !== "") return undefined;
    return wrongAnswer("TOKEN_MISSING", `${formatAddress(address)} cancelled without a token`, "Pass the token of the delayed message.");
  }
  if (effect.delayMs < 0)
    return wrongAnswer("DELAY_NEGATIVE", `${formatAddress(address)} asked for ${effect.delayMs} ms`, "Send a delay of 0 ms or more.");
  if (token === "") return undefined;
  if (live.has(token))
    return wrongAnswer("TOKEN_IN_USE", `${formatAddress(address)} used the token "${token}" again`, "Cancel the first one before.");
  live.add(token);
  return undefined;
}

/** The scope of a token is the sender's id, over all types. */
function liveTokens(tables: MemoryTables, senderId: string): string[] {
  return [...tables.delayed.values()]
    .filter(({ message }) => message.caller.id === senderId)
    .map(({ message }) => message.cancellationToken);
}

export interface Applying {
  readonly tables: MemoryTables;
  readonly nowMs: number;
  send(message: Pick<Message, "trace" | "headers" | "caller" | "target" | "value">): Message;
  sendLater(
    message: Pick<Message, "trace" | "headers" | "target" | "value"> & { caller: Address; delayMs: number; token: string },
  ): JournalDelayed;
  cancel(senderId: string, token: string): void;
  putOut(record: Pick<Message, "trace" | "headers" | "value"> & { egress: string; from: Address }): number;
}

/** Applies the effects, and returns what the record says of them. */
export function applyEffects(entity: MemoryEntity, effects: Effects, { batch, at }: { batch: readonly Message[]; at: Applying }) {
  const caller = entity.address;
  const fromCause = (input: number | undefined): Pick<Message, "trace" | "headers"> => {
    const cause = batch[input ?? 0] ?? batch[0];
    return cause === undefined ? { trace: 0 } : { trace: cause.trace, headers: inheritedHeaders(cause.headers, messageId(cause)) };
  };
  const { causes } = effects;
  const sent = effects.messages.map(({ target, value }, index) =>
    at.send({ ...fromCause(causes?.messages[index]), caller, target, value }),
  );
  const delayed = effects.delayed.map((effect, index): JournalDelayed => {
    const { cancellationToken: token } = effect;
    if (effect.kind === "send-after") return at.sendLater({ ...effect, ...fromCause(causes?.delayed[index]), caller, token });
    at.cancel(caller.id, token);
    return { kind: "cancel", cancellationToken: token };
  });
  const egress = effects.egress.map((out, index) => {
    const sequence = at.putOut({ ...out, ...fromCause(causes?.egress[index]), from: caller });
    return { sequence, egress: out.egress, value: journalValue(out.value) };
  });
  const state = effects.mutations.map((mutation) => changeState(at, entity, mutation));
  return { sent: sent.map(journalMessage), delayed, egress, state };
}

export function changeState(
  { tables, nowMs }: Pick<Applying, "tables" | "nowMs">,
  entity: MemoryEntity,
  mutation: StateMutation,
): JournalStateChange {
  const { name } = mutation;
  const before = tables.valueOf(entity, name, nowMs)?.value;
  const after = mutation.kind === "modify" ? mutation.value : undefined;
  const { mode, afterMs } = tables.specs.get(entity.address.type)?.find((spec) => spec.name === name)?.expiration ?? {
    mode: "none",
    afterMs: 0,
  };
  if (after === undefined) entity.values.delete(name);
  else entity.values.set(name, { value: after, writtenMs: nowMs, expiresMs: mode === "none" ? undefined : nowMs + afterMs });
  return { name, before: before && journalValue(before), after: after && journalValue(after) };
}

export function journalValue({ typename, bytes, hasValue }: TypedValue): JournalValue {
  return { typename, hasValue, sizeBytes: bytes.length, bytes };
}

export function journalMessage({ sequence, trace, caller, target, value, atMs, headers }: Message) {
  return { sequence, trace, caller, target, value: journalValue(value), atMs, headers };
}
