/**
 * The command interpreter of StateFun's smoke test on the official JavaScript SDK: a message is a small program (increment, send,
 * send later, write to an egress, cancel), and increments commute, so the expected counters need no schedule (see program.ts).
 */
import { createServer } from "node:http";
import { type Context, type Message, StateFun, egressMessageBuilder, messageBuilder } from "apache-flink-statefun";
import type { Command } from "./program.ts";

const typename = "statefun.smoke.e2e/command-interpreter-fn";
const commandsType = StateFun.jsonType<readonly Command[]>("statefun.smoke.e2e/commands");

const statefun = new StateFun();
statefun.bind({
  typename,
  specs: [{ name: "state", type: StateFun.intType() }],
  fn(context: Context, message: Message) {
    for (const command of (message.as(commandsType) as readonly Command[] | null) ?? []) interpret(context, command);
  },
});

function interpret(context: Context, command: Command): void {
  switch (command.kind) {
    case "increment":
      context.storage.state = ((context.storage.state as number | null) ?? 0) + 1;
      return;
    case "send":
      context.send(program(command.target, command.commands));
      return;
    case "send-after":
      context.sendAfter(command.delayMs, program(command.target, command.commands), command.token);
      return;
    case "cancel":
      context.cancelDelayedMessage(command.token);
      return;
    case "egress":
      context.send(
        egressMessageBuilder({ typename: "statefun.smoke.e2e/discard-sink", value: "discarded-message", valueType: StateFun.stringType() }),
      );
      return;
  }
}

function program(target: number, commands: readonly Command[]): Message {
  return messageBuilder({ typename, id: String(target), value: commands, valueType: commandsType });
}

const handler = statefun.handler();
createServer((request, response) => void handler(request, response)).listen(Number(process.env["PORT"]), "127.0.0.1");
