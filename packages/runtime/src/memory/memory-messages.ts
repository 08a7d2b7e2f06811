/** MemoryMessages: how messages get into a memory runtime. An admitted message never gets more durable than that. */
import { callInTwo } from "../call-in-two.ts";
import type { Accepted, IngressMessage, Messages, ProducerBatch } from "../messages.ts";
import { checkId, formatAddress, idCure } from "../model/address.ts";
import { callAddress, callerFor, callTypes } from "../model/call.ts";
import { EngineError } from "../model/engine-error.ts";
import type { TypedValue } from "../model/typed-value.ts";
import type { MemoryMachine } from "./memory-machine.ts";
import { forgetOldest, type MemoryTables } from "./memory-tables.ts";

const answerWaitersMax = 1_000;

export function memoryMessages(machine: MemoryMachine): Messages {
  const { tables } = machine;
  const messages: Messages = {
    accept: async (message, ingress = "") => {
      const key = message.idempotencyKey === undefined ? undefined : `${message.idempotencyKey}\n${formatAddress(message.target)}`;
      checkMessages(machine, [message]);
      const known = key === undefined ? undefined : tables.keys.get(key);
      if (known !== undefined) return repeated(known, message);
      const accepted = admit(machine, message, ingress);
      if (key !== undefined) {
        forgetOldest(tables.keys, tables.limits.keysMax);
        tables.keys.set(key, { accepted, message });
      }
      return accepted;
    },
    answer: (messageId, { waitMs, index }) => answerOf(machine, callAddress(messageId, index).id, waitMs),
    call: (message, { waitMs }, ingress = "") => callInTwo(messages, message, { waitMs, ingress }),
    acceptBatch: async (batch, ingress = "") => ({ durableSequence: admitBatch(machine, batch, ingress) }),
    producerSequence: async (producer) => tables.producers.get(producer)?.sequence ?? 0,
    producerPosition: async (producer) => {
      const { sequence = 0, text } = tables.producers.get(producer) ?? {};
      return text === undefined ? undefined : { sequence, text };
    },
  };
  return messages;
}

function checkMessages({ tables, stopped }: MemoryMachine, messages: readonly IngressMessage[]): void {
  if (stopped) throw new EngineError("ENGINE_STOPPED", "the runtime has stopped", "Start it again; it begins empty.");
  for (const message of messages) checkMessage(tables, message);
  const { waitingMessagesMax } = tables.limits;
  if (tables.waitingMessages() + messages.length > waitingMessagesMax)
    throw new EngineError("OVERLOADED", `${waitingMessagesMax} messages wait already`, "Send again later.", 1_000);
}

function checkMessage(tables: MemoryTables, { target, value }: IngressMessage): void {
  if (callTypes.has(target.type))
    throw new EngineError(
      "INVALID_ADDRESS",
      `${target.type} takes only what functions send back to a call`,
      "Send to a function of a module.",
    );
  const reason = checkId(target.id);
  if (reason !== undefined) throw new EngineError("INVALID_ADDRESS", reason, idCure);
  if (tables.endpointOf(target.type) === undefined)
    throw new EngineError("UNKNOWN_FUNCTION_TYPE", `no endpoint serves ${target.type}`, `Register an endpoint for ${target.type}.`);
  const { messageBytesMax } = tables.limits;
  if (value.bytes.length > messageBytesMax)
    throw new EngineError("MESSAGE_TOO_LARGE", `the value has ${value.bytes.length} bytes, the limit is ${messageBytesMax}`, "Send less.");
}

function repeated({ accepted, message: first }: { accepted: Accepted; message: IngressMessage }, message: IngressMessage): Accepted {
  const same = sameValue(first.value, message.value) && first.wantsAnswer === message.wantsAnswer;
  if (same) return { ...accepted, repeated: true };
  const what = `the idempotency key stands for message ${accepted.messageId} to ${formatAddress(message.target)}, which has another value or type`;
  throw new EngineError("IDEMPOTENCY_KEY_REUSED", what, "Repeat the first message unchanged, or give the new one a key of its own.");
}

function sameValue(a: TypedValue, b: TypedValue): boolean {
  return (
    a.typename === b.typename &&
    a.hasValue === b.hasValue &&
    a.bytes.length === b.bytes.length &&
    a.bytes.every((byte, at) => byte === b.bytes[at])
  );
}

function admit(machine: MemoryMachine, { target, value, headers, wantsAnswer }: IngressMessage, ingress: string): Accepted {
  const caller = callerFor(wantsAnswer, machine.tables.next);
  const message = machine.send({ trace: undefined, caller, target, value, headers });
  machine.tables.epoch++;
  machine.tell({ kind: "message-admitted", message, ingress });
  return { messageId: message.sequence, traceId: message.trace, repeated: false };
}

function admitBatch(machine: MemoryMachine, { producer, position, previousSequence, messages }: ProducerBatch, ingress: string): number {
  const { producers } = machine.tables;
  checkMessages(
    machine,
    messages.map(({ message }) => message),
  );
  const { sequence: last = 0, text } = producers.get(producer) ?? {};
  const follows = position === undefined ? (previousSequence ?? 0) <= last : (previousSequence ?? 0) === last;
  if (!follows) {
    const what = `the batch follows on ${previousSequence ?? 0}, but ${last} is the last sequence taken`;
    throw new EngineError("SEQUENCE_GAP", what, "Ask for the position in force and go on from there.");
  }
  let highest = last;
  for (const { sequence, message } of messages) {
    if (sequence <= highest) continue;
    highest = sequence;
    admit(machine, message, ingress);
  }
  highest = Math.max(highest, position?.sequence ?? 0);
  producers.set(producer, { sequence: highest, text: position?.text ?? text });
  return highest;
}

function answerOf(machine: MemoryMachine, call: string, waitMs: number): Promise<TypedValue | undefined> {
  const known = machine.tables.answers.get(call);
  if (known !== undefined || waitMs <= 0) return Promise.resolve(known);
  if (machine.answerWaiters.size >= answerWaitersMax)
    return Promise.reject(new EngineError("OVERLOADED", `${answerWaitersMax} wait for answers already`, "Ask again later.", 1_000));
  return new Promise((resolve) => {
    const end = (value: TypedValue | undefined): void => {
      cancel();
      machine.answerWaiters.delete(waiter);
      resolve(value);
    };
    const waiter = { call, tell: end };
    const cancel = machine.clock.schedule(waitMs, () => end(undefined));
    machine.answerWaiters.add(waiter);
  });
}
