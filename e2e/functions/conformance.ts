/**
 * Conformance functions on the official JavaScript SDK: one type, conformance/probe, that does what its message says and notes in
 * its own state what it saw. functions/conformance.py is its twin on the official Python SDK; the same tests drive both.
 */
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { type Context, type Message, StateFun, egressMessageBuilder, messageBuilder } from "apache-flink-statefun";
import type { ProbeCommand, ProbeNote } from "./probe-command.ts";

/** A generated class of google-protobuf, as any user has; the SDK ships its own as CommonJS without types. */
interface Address {
  setNamespace(value: string): void;
  setType(value: string): void;
  setId(value: string): void;
}
const generated: { Address: new () => Address } = createRequire(import.meta.url)(
  "apache-flink-statefun/dist/generated/request-reply_pb.js",
);

const commandType = StateFun.jsonType<ProbeCommand>("conformance/command");
const notesType = StateFun.jsonType<ProbeNote[]>("conformance/notes");
const addressType = StateFun.protoType("type.googleapis.com/io.statefun.sdk.reqreply.Address", generated.Address);

const statefun = new StateFun();
const batches = new WeakMap<Context, number>();
const active = new Set<string>();
let batchesSeen = 0;

statefun.bind({
  typename: "conformance/probe",
  specs: [
    { name: "notes", type: notesType },
    { name: "bool_value", type: StateFun.booleanType() },
    { name: "int_value", type: StateFun.intType() },
    { name: "float_value", type: StateFun.floatType() },
    { name: "string_value", type: StateFun.stringType() },
    { name: "json_value", type: StateFun.jsonType("conformance/json") },
    { name: "proto_value", type: addressType },
    { name: "after_write", type: StateFun.intType(), expireAfterWrite: 400 },
    { name: "after_call", type: StateFun.intType(), expireAfterCall: 1200 },
  ],
  async fn(context: Context, message: Message) {
    const command = message.is(commandType)
      ? (message.as(commandType) as ProbeCommand)
      : { op: "note" as const, note: message.valueTypeName };
    const overlapped = active.has(context.self.id);
    active.add(context.self.id);
    try {
      note(context, command, overlapped);
      await perform(context, command);
    } finally {
      active.delete(context.self.id);
    }
  },
});

function note(context: Context, command: ProbeCommand, overlapped: boolean): void {
  let batch = batches.get(context);
  if (batch === undefined) {
    batch = ++batchesSeen;
    batches.set(context, batch);
  }
  const caller = context.caller === null ? null : `${context.caller.typename}/${context.caller.id}`;
  const notes = (context.storage.notes as ProbeNote[] | null) ?? [];
  context.storage.notes = [...notes, { note: command.note ?? command.op, caller, batch, overlapped }];
}

async function perform(context: Context, command: ProbeCommand): Promise<void> {
  switch (command.op) {
    case "note":
      return;
    case "set":
      context.storage[command.name] = command.name === "proto_value" ? addressOf(command.value) : command.value;
      return;
    case "delete":
      context.storage[command.name] = null;
      return;
    case "increment":
      context.storage.int_value = ((context.storage.int_value as number | null) ?? 0) + 1;
      return;
    case "send":
      for (const { id, command: next } of command.to) context.send(probeMessage(id, next));
      return;
    case "send-after":
      context.sendAfter(command.delayMs, probeMessage(command.id, command.command), command.token);
      return;
    case "cancel":
      context.cancelDelayedMessage(command.token);
      return;
    case "egress":
      context.send(
        egressMessageBuilder({ typename: command.egress, value: command.value, valueType: StateFun.jsonType(command.valueType) }),
      );
      return;
    case "answer":
      if (context.caller === null) throw new Error("there is nobody to answer");
      context.send(
        messageBuilder({
          typename: context.caller.typename,
          id: context.caller.id,
          value: command.value,
          valueType: StateFun.jsonType(command.valueType),
        }),
      );
      return;
    case "wait":
      await new Promise((done) => setTimeout(done, command.waitMs));
      return;
    case "throw":
      throw new Error("thrown on demand");
  }
}

function probeMessage(id: string, command: ProbeCommand): Message {
  return messageBuilder({ typename: "conformance/probe", id, value: command, valueType: commandType });
}

function addressOf(value: unknown): Address {
  const text = String(value);
  const address = new generated.Address();
  address.setNamespace("conformance");
  address.setType("probe");
  address.setId(text);
  return address;
}

const handler = statefun.handler();
createServer((request, response) => void handler(request, response)).listen(Number(process.env["PORT"]), "127.0.0.1");
