/**
 * Payloads: compact binary forms of what crosses often: messages from outside, batches of producers, deliveries between partitions.
 * Everything else travels as plain data (frame.ts).
 */
import type { Accepted, IngressMessage, ProducerBatch } from "../engine.ts";
import { BytesWriter, type BytesReader } from "../core/store/bytes-writer.ts";
import { decodeRecord, encodeRecord } from "../core/store/store-record.ts";
import type { Door } from "../partition.ts";
import type { OutboxEntry, OutboxDelivery } from "../model/outbox-entry.ts";

const entryWriter = new BytesWriter();
/** The index of each is the byte that stands for it. */
const wishes: readonly IngressMessage["wantsAnswer"][] = [undefined, "one", "many"];

export function writeDoor(writer: BytesWriter, { ingress, clock }: Door): void {
  writer.text(ingress);
  writer.number(clock);
}

export function readDoor(reader: BytesReader): Door {
  return { ingress: reader.text(), clock: reader.number() };
}

export function writeIngressMessage(writer: BytesWriter, message: IngressMessage): void {
  writer.text(message.target.type);
  writer.text(message.target.id);
  writer.text(message.value.typename);
  writer.bytes(message.value.bytes);
  writer.byte(wishes.indexOf(message.wantsAnswer));
  writer.byte(message.idempotencyKey === undefined ? 0 : 1);
  if (message.idempotencyKey !== undefined) writer.text(message.idempotencyKey);
  writer.byte(message.headers === undefined ? 0 : 1);
  if (message.headers !== undefined) writer.text(message.headers);
}

export function readIngressMessage(reader: BytesReader): IngressMessage {
  const target = { type: reader.text(), id: reader.text() };
  const value = { typename: reader.text(), bytes: reader.bytes() };
  const wantsAnswer = wishes[reader.byte()];
  const idempotencyKey = reader.byte() === 0 ? undefined : reader.text();
  return { target, value, wantsAnswer, idempotencyKey, headers: reader.byte() === 0 ? undefined : reader.text() };
}

export function writeBatch(writer: BytesWriter, batch: ProducerBatch): void {
  writer.text(batch.producer);
  writer.number(batch.previousSequence ?? 0);
  writer.byte(batch.position === undefined ? 0 : 1);
  if (batch.position !== undefined) {
    writer.number(batch.position.sequence);
    writer.text(batch.position.text);
  }
  writer.number(batch.messages.length);
  for (const { sequence, message } of batch.messages) {
    writer.number(sequence);
    writeIngressMessage(writer, message);
  }
}

export function readBatch(reader: BytesReader): ProducerBatch {
  const producer = reader.text();
  const previousSequence = reader.number();
  const position = reader.byte() === 0 ? undefined : { sequence: reader.number(), text: reader.text() };
  const messages: ProducerBatch["messages"][number][] = [];
  for (let left = reader.number(); left > 0; left--) messages.push({ sequence: reader.number(), message: readIngressMessage(reader) });
  return { producer, messages, position, previousSequence: previousSequence === 0 ? undefined : previousSequence };
}

export function writeAccepted(writer: BytesWriter, { messageId, traceId, repeated }: Accepted): void {
  writer.number(messageId);
  writer.number(traceId);
  writer.byte(repeated ? 1 : 0);
}

export function readAccepted(reader: BytesReader): Accepted {
  return { messageId: reader.number(), traceId: reader.number(), repeated: reader.byte() === 1 };
}

export function writeDelivery(writer: BytesWriter, delivery: OutboxDelivery): void {
  writer.number(delivery.from);
  writer.number(delivery.to);
  writer.number(delivery.previous);
  writer.number(delivery.clock);
  writer.number(delivery.entries.length);
  for (const entry of delivery.entries) writer.bytes(encodeRecord(entryWriter, { kind: "outbox-entry", entry }));
}

export function readDelivery(reader: BytesReader): OutboxDelivery {
  const from = reader.number();
  const to = reader.number();
  const previous = reader.number();
  const clock = reader.number();
  const entries: OutboxEntry[] = [];
  for (let left = reader.number(); left > 0; left--) entries.push(decodeRecord.outboxEntry(reader.bytes()));
  return { from, to, previous, clock, entries };
}
