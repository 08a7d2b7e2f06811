/**
 * Ingress: admits messages from outside: checks limits and the target's type, and drops repeats by idempotency key and target, or by
 * producer sequence. All messages of one request are admitted in one epoch or refused together; the answer waits until that epoch is
 * durable (G3).
 */
import { formatAddress, type Address } from "@signalbox/runtime/model/address";
import { builtInTypes } from "@signalbox/runtime/model/built-in";
import { callerFor, callTypes } from "@signalbox/runtime/model/call";
import { digestOfValue } from "../model/digest-of-value.ts";
import type { EngineErrorCode } from "@signalbox/runtime/model/engine-error";
import type { Message } from "@signalbox/runtime/model/message";
import type { IngressHold } from "@signalbox/runtime/model/wait-reason";
import type { Command, IngressItem } from "./command.ts";
import { coverageMark } from "./coverage-mark.ts";
import type { Actions } from "./action.ts";
import { awaitFirst } from "./calls.ts";
import type { PartitionState } from "./partition-state.ts";
import { fullLimit, takeFromIngress, type LimitRefusal } from "./ingress-limits.ts";
import { checkTarget } from "./router.ts";
import { send } from "./send.ts";
import { storeKey } from "./store/store-key.ts";
import { TypeRoom } from "./type-room.ts";
import type { KeyRecord } from "./store/store-record.ts";

const overloadRetryAfterMs = 1000;

type IngressCommand = Extract<Command, { kind: "ingress" }>;

export function admit(state: PartitionState, command: IngressCommand, actions: Actions): void {
  if (!mayAdmit(state, command, actions)) return;
  state.sequences.advance(command.clock);
  if (command.producer !== undefined) {
    admitFromProducer(state, { ...command, producer: command.producer }, actions);
    return;
  }
  for (const item of command.items) {
    const repeated = knownKey(state, item, command.nowMs);
    const message = repeated === undefined ? admitOne(state, item, { nowMs: command.nowMs, ingress: command.ingress, actions }) : undefined;
    const ids = message === undefined ? repeated : { messageId: message.sequence, traceId: message.trace };
    if (ids === undefined) continue;
    const { messageId, traceId } = ids;
    const accepted = { kind: "accepted", messageId, traceId, repeated: message === undefined } as const;
    const { waiter } = command;
    if (waiter !== undefined && awaitFirst(state, { message: message?.sequence, waiter }, actions))
      state.epochs.acknowledgeUnhurried(command.request, accepted);
    else state.epochs.acknowledgeWhenDurable(command.request, accepted);
  }
}

function mayAdmit(state: PartitionState, command: IngressCommand, actions: Actions): boolean {
  const refuse = (code: EngineErrorCode, message: string, cure: string): false => {
    const retryAfterMs = code === "OVERLOADED" || code === "ENGINE_DRAINING" ? overloadRetryAfterMs : undefined;
    actions.push({ kind: "refuse", request: command.request, refusal: { code, message, cure, retryAfterMs } });
    return false;
  };
  if (state.draining) return refuse("ENGINE_DRAINING", "the engine is stopping", "Send again once it is back.");
  const { producer } = command;
  if (producer?.previousSequence !== undefined && producer.previousSequence > producer.lastSequence) {
    return refuse(
      "SEQUENCE_GAP",
      `the batch before this one, up to ${producer.previousSequence}, was refused; ${producer.lastSequence} is the last sequence taken`,
      "Connect again and go on after the last acknowledged sequence.",
    );
  }
  if (producer?.next !== undefined && (producer.previousSequence ?? 0) !== producer.lastSequence) {
    coverageMark("position-moved-refused");
    return refuse(
      "SEQUENCE_GAP",
      `the batch follows on ${producer.previousSequence ?? 0}, but ${producer.lastSequence} is the last sequence taken`,
      "Ask for the position in force and go on from there.",
    );
  }
  if (state.epochs.writes.bytes > state.limits.epochBytesMax || state.epochs.pendingBytes > state.limits.ingressPendingBytesMax) {
    coverageMark("ingress-refused-by-bytes");
    return refuse(
      "OVERLOADED",
      `${state.epochs.pendingBytes} bytes are on their way to disk`,
      "Send again later; the disk is slower than the senders.",
    );
  }
  const room = new TypeRoom(state);
  for (const item of command.items) {
    const { target } = item;
    const known = knownKey(state, item, command.nowMs);
    if (known !== undefined && isAnotherMessage(known, item)) {
      coverageMark("key-reused-refused");
      return refuse(
        "IDEMPOTENCY_KEY_REUSED",
        `the idempotency key stands for message ${known.messageId} to ${formatAddress(target)}, which has another value or type`,
        "Repeat the first message unchanged, or give the new one a key of its own.",
      );
    }
    if (!mayTake(state, target, { room, refuse })) return false;
    const limited = fullLimit(state, target);
    if (limited !== undefined) return refuseLimited(command, limited, actions);
    const full = whatIsFull(state, target.type);
    if (full !== undefined) {
      coverageMark("ingress-refused-by-messages");
      return refuse("OVERLOADED", full.text, "Send again later; the functions are slower than the senders.");
    }
    const large = whatIsTooLarge(state, item);
    if (large !== undefined) return refuse("MESSAGE_TOO_LARGE", large.text, large.cure);
  }
  if (state.routes.limits.isEmpty) return true;
  const tooMany = takeFromIngress(state, command.ingress, newTargets(state, command));
  return tooMany === undefined || refuseLimited(command, tooMany, actions);
}

function whatIsTooLarge({ limits }: PartitionState, { value, headers }: IngressItem): { text: string; cure: string } | undefined {
  const { messageBytesMax, messageHeadersBytesMax } = limits;
  if (value.bytes.length > messageBytesMax) {
    coverageMark("ingress-refused-too-large");
    return {
      text: `the value has ${value.bytes.length} bytes, the limit is ${messageBytesMax}`,
      cure: "Send less, or raise messageBytesMax.",
    };
  }
  // The door has cut the headers to the limit already; here a character counts as at least one byte.
  if (headers === undefined || headers.length <= messageHeadersBytesMax) return undefined;
  coverageMark("ingress-refused-headers");
  return {
    text: `the headers have ${headers.length} characters, the limit is ${messageHeadersBytesMax} bytes`,
    cure: "Send fewer headers, or raise messageHeadersBytesMax.",
  };
}

function refuseLimited({ request }: IngressCommand, { text, cure, retryAfterMs }: LimitRefusal, actions: Actions): false {
  coverageMark("ingress-refused-by-limit");
  actions.push({ kind: "refuse", request, refusal: { code: "OVERLOADED", message: text, cure, retryAfterMs } });
  return false;
}

/** The targets of messages that are new. Repeats are answered and count against no limit. */
function newTargets(state: PartitionState, { items, nowMs, producer }: IngressCommand): Address[] {
  const lastSequence = producer?.lastSequence ?? -1;
  return items
    .filter((item) => item.producerSequence > lastSequence && knownKey(state, item, nowMs) === undefined)
    .map(({ target }) => target);
}

/** A function type may take this many times the room that is still free. So a type that does not drain leaves room for the others (G7). */
const shareOfFree = 4;

/** Types that the ingress refuses now. Other partitions ask this before they admit messages for them (embedded-engine.ts). */
export function fullTypes(state: PartitionState): string[] {
  return [...state.entities.types.keys()].filter((name) => whatIsFull(state, name) !== undefined);
}

export function whatIsFull(state: PartitionState, typeName: string): { readonly by: IngressHold; readonly text: string } | undefined {
  const limited = fullLimit(state, { type: typeName, id: undefined });
  if (limited !== undefined) return { by: "limit", text: limited.text };
  const { waitingMessagesMax } = state.limits;
  const type = state.entities.types.get(typeName);
  const messages = type?.waitingMessages ?? 0;
  if (messages >= shareOfFree * (waitingMessagesMax - state.waitingAnywhere))
    return { by: "messages", text: `${messages} messages for ${typeName} wait already, ${state.waitingAnywhere} in all` };
  return undefined;
}

function mayTake(
  state: PartitionState,
  target: Address,
  { room, refuse }: { room: TypeRoom; refuse: (code: EngineErrorCode, message: string, cure: string) => false },
): boolean {
  if (callTypes.has(target.type)) {
    coverageMark("ingress-refused-call");
    return refuse("INVALID_ADDRESS", `${target.type} takes only what functions send back to a call`, "Send to a function of a module.");
  }
  const refused = checkTarget(state, target, room);
  if (refused === undefined) return true;
  if (refused.code === "TOO_MANY_TYPES") return refuse(refused.code, refused.message, refused.cure);
  coverageMark(refused.code === "INVALID_ADDRESS" ? "ingress-refused-address" : "ingress-refused-unknown-type");
  if (refused.code === "INVALID_ADDRESS") return refuse(refused.code, refused.message, refused.cure);
  const known = [...state.routes.endpoints.keys()]
    .filter((id) => !builtInTypes.has(id))
    .slice(0, 8)
    .join(", ");
  return refuse(
    refused.code,
    refused.message,
    `Register an endpoint for ${target.type}, or send to one of: ${known || "(none is registered yet)"}.`,
  );
}

function knownKey(state: PartitionState, item: IngressItem, nowMs: number): KeyRecord | undefined {
  const known = item.knownKey;
  if (known === undefined) return undefined;
  const counts = known.atMs + state.limits.idempotencyKeyAgeMs > nowMs;
  coverageMark(counts ? "key-repeated" : "key-expired-at-read");
  return counts ? known : undefined;
}

/**
 * Whether another message was accepted under the same key for the same target. This one is then no repeat, and answering it as one would
 * lose it.
 */
function isAnotherMessage({ digest }: KeyRecord, item: IngressItem): boolean {
  return digest !== undefined && digest !== digestOfItem(item);
}

/** The digest tells a call from a plain message that is equal otherwise, and one kind of call from the other. */
function digestOfItem({ value, wantsAnswer }: IngressItem): number {
  if (wantsAnswer === undefined) return digestOfValue(value);
  return digestOfValue({ ...value, typename: `${value.typename}${wantsAnswer === "one" ? "?" : "??"}` });
}

function admitOne(state: PartitionState, item: IngressItem, at: { nowMs: number; ingress: string; actions: Actions }): Message {
  const { target, value, headers } = item;
  // The call is named after the sequence that send() gives next.
  const caller = callerFor(item.wantsAnswer, state.sequences.next);
  const message = send(state, { target, value, headers, trace: undefined, caller, atMs: at.nowMs });
  if (item.idempotencyKey !== undefined) {
    const record = { messageId: message.sequence, traceId: message.trace, atMs: at.nowMs, digest: digestOfItem(item) };
    state.epochs.writes.put(storeKey.idempotency(item.idempotencyKey, target), { kind: "idempotency", ...record }, 32);
    state.epochs.writes.put(storeKey.idempotencyAge(at.nowMs, item.idempotencyKey, target), { kind: "mark" }, 0);
  }
  at.actions.push({ kind: "observe", event: { kind: "message-admitted", message, ingress: at.ingress } });
  return message;
}

function admitFromProducer(
  state: PartitionState,
  command: IngressCommand & { producer: NonNullable<IngressCommand["producer"]> },
  actions: Actions,
): void {
  let last = command.producer.lastSequence;
  for (const item of command.items) {
    if (item.producerSequence <= last) {
      coverageMark("producer-repeated");
      continue;
    }
    last = item.producerSequence;
    admitOne(state, item, { nowMs: command.nowMs, ingress: command.ingress, actions });
  }
  const { id, lastSequence, next } = command.producer;
  if (next !== undefined) last = Math.max(last, next.sequence);
  if (next !== undefined || last !== lastSequence) {
    const position = next?.text;
    state.epochs.writes.put(storeKey.producer(id), { kind: "producer", sequence: last, position }, 16 + (position?.length ?? 0));
  }
  state.epochs.acknowledgeWhenDurable(command.request, { kind: "producer", durableSequence: last });
}

/** Removes idempotency keys that a sweep found to be expired. */
export function keysExpired(state: PartitionState, command: Extract<Command, { kind: "keys-expired" }>): void {
  for (const { key, target, atMs, usedAfresh } of command.keys) {
    state.epochs.writes.remove(storeKey.idempotencyAge(atMs, key, target));
    coverageMark(usedAfresh ? "key-used-afresh" : "key-expired-in-sweep");
    if (!usedAfresh) state.epochs.writes.remove(storeKey.idempotency(key, target));
  }
}
