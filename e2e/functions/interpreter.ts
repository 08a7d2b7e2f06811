/**
 * The command interpreter of StateFun's smoke test on the official JavaScript SDK, and the sequence function of the crash test.
 * interpreter.py is its twin: both serve the same entities, so state and messages cross between the languages at every step.
 */
import { createServer } from "node:http";
import { type Context, type Message, StateFun, egressMessageBuilder, messageBuilder } from "apache-flink-statefun";
import { withFrames } from "./frames-before.ts";
import type { SequenceMessage, SequenceRecord, SequenceState } from "./sequence.ts";
import {
  type Command,
  decodeCommands,
  decodeSourceCommand,
  decodeVerificationResult,
  encodeCommands,
  encodeSourceCommand,
  encodeVerificationResult,
  smokeNames,
} from "./smoke-commands.ts";

/** The delay is that of the original, so that delayed messages outlive a restart of the gateway. */
const delayMs = 1000;
const violationsMax = 20;

const sourceCommandType = StateFun.customType(smokeNames.sourceCommand, encodeSourceCommand, decodeSourceCommand);
const commandsType = StateFun.customType(smokeNames.commands, encodeCommands, decodeCommands);
const verificationType = StateFun.customType(smokeNames.verificationResult, encodeVerificationResult, decodeVerificationResult);
const sequenceType = StateFun.jsonType<SequenceMessage>(smokeNames.sequenceMessage);
const recordType = StateFun.jsonType<SequenceRecord>(smokeNames.sequenceRecord);

const statefun = new StateFun();
statefun.bind({
  typename: smokeNames.interpreter,
  specs: [{ name: "state", type: StateFun.intType() }],
  fn(context: Context, message: Message) {
    for (const command of commandsOf(message)) interpret(context, command);
  },
});

function commandsOf(message: Message): readonly Command[] {
  if (message.is(sourceCommandType)) return message.as(sourceCommandType)?.commands ?? [];
  return message.as(commandsType) ?? [];
}

function interpret(context: Context, command: Command): void {
  const count = (context.storage.state as number | null) ?? 0;
  switch (command.kind) {
    case "increment":
      context.storage.state = count + 1;
      return;
    case "send":
      context.send(program(command.target, command.commands));
      return;
    case "send-after":
      if (command.token === "") context.sendAfter(delayMs, program(command.target, command.commands));
      else context.sendAfter(delayMs, program(command.target, command.commands), command.token);
      return;
    case "cancel":
      context.cancelDelayedMessage(command.token);
      return;
    case "egress":
      context.send(
        egressMessageBuilder({ typename: smokeNames.discardSink, value: "discarded-message", valueType: StateFun.stringType() }),
      );
      return;
    case "verify": {
      const value = { id: Number(context.self.id), expected: command.expected, actual: count };
      context.send(egressMessageBuilder({ typename: smokeNames.verificationSink, value, valueType: verificationType }));
      return;
    }
  }
}

function program(target: number, commands: readonly Command[]): Message {
  return messageBuilder({ typename: smokeNames.interpreter, id: String(target), value: commands, valueType: commandsType });
}

statefun.bind({
  typename: smokeNames.sequence,
  specs: [{ name: "state", type: StateFun.jsonType<SequenceState>(smokeNames.sequenceState) }],
  fn(context: Context, message: Message) {
    const state = (context.storage.state as SequenceState | null) ?? { seen: {}, sent: {}, records: 0, violations: [] };
    const arrived = message.as(sequenceType);
    if (arrived === null) throw new Error(`not a sequence message: ${message.valueTypeName}`);
    arrive(state, arrived.kind === "tick" ? arrived.source : arrived.from, arrived.number);
    if (arrived.kind === "tick") pass(context, state, arrived.receivers);
    context.storage.state = state;
  },
});

function arrive(state: SequenceState, from: string, number: number): void {
  const wanted = (state.seen[from] ?? 0) + 1;
  if (number !== wanted && state.violations.length < violationsMax) state.violations.push(`from ${from}: ${number}, not ${wanted}`);
  state.seen[from] = number;
}

function pass(context: Context, state: SequenceState, receivers: readonly string[]): void {
  const from = context.self.id;
  for (const id of receivers) {
    const number = (state.sent[id] ?? 0) + 1;
    state.sent[id] = number;
    const value: SequenceMessage = { kind: "numbered", from, number };
    context.send(messageBuilder({ typename: smokeNames.sequence, id, value, valueType: sequenceType }));
  }
  const value: SequenceRecord = { from, number: ++state.records };
  context.send(egressMessageBuilder({ typename: smokeNames.sequenceSink, value, valueType: recordType }));
}

const handler = statefun.handler();
const port = Number(process.env["PORT"]);
createServer(withFrames((request, response) => void handler(request, response), port)).listen(port, "127.0.0.1");
