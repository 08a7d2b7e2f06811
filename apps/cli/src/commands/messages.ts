/**
 * send and call: sends a message to an entity, and sends one and waits for its answer.
 */
import type { Command } from "commander";
import { parseAddress, pathOf } from "../address.ts";
import type { GatewayRequest } from "../call-gateway.ts";
import type { CommandContext } from "../command-context.ts";
import { CliError } from "../exit-codes.ts";
import { bodyOf, contentTypeOf } from "./body-of.ts";
import { showAnswers } from "./show-answers.ts";

interface MessageOptions {
  readonly type?: string;
  readonly key?: string;
  readonly timeout?: string;
  readonly stream?: boolean;
}

const valueHelp = "the value: text, @file, or - for standard input";

export function addMessages(program: Command, context: CommandContext): void {
  const send = program
    .command("send")
    .summary("Send a message to an entity")
    .description("Send a message to an entity. It is durable when the command ends.")
    .argument("<entity>", "namespace/name/id")
    .argument("[value]", valueHelp)
    .option("--type <type>", "value type: namespace/name, or int, long, float, double, bool, string")
    .option("--key <text>", "idempotency key: the same message again counts once")
    .addHelpText("after", '\nExample: signalbox send shop/cart/ada \'{"item":"socks","quantity":2}\' --type shop/AddItem');
  send.action(async (entity: string, value: string | undefined) => {
    await context.run(send, await requestOf("messages", { entity, value, options: send.opts<MessageOptions>() }));
  });
  const call = program
    .command("call")
    .summary("Send a message and wait for its answer")
    .description("Send a message and wait for what the function sends back to its caller. A later answer: signalbox calls answer <number>.")
    .argument("<entity>", "namespace/name/id")
    .argument("[value]", valueHelp)
    .option("--type <type>", "value type")
    .option("--key <text>", "idempotency key: a repeat gets the same answer")
    .option("--timeout <duration>", "how long to wait, for example 5s")
    .option("--stream", "all answers as they come, until the function says that it is done")
    .addHelpText("after", "\nExample: signalbox call shop/stock/socks --type shop/Count --timeout 5s");
  call.action(async (entity: string, value: string | undefined) => {
    const options = call.opts<MessageOptions>();
    const request = await requestOf("calls", { entity, value, options });
    if (options.stream !== true) return waitOnce(call, request);
    const response = await context.client(call).send({
      ...request,
      headers: { ...request.headers, accept: "text/event-stream" },
      answers: ["text/event-stream"],
    });
    await showAnswers(context.io, response);
  });

  async function waitOnce(command: Command, request: GatewayRequest): Promise<void> {
    const client = context.client(command);
    const response = await client.send(request);
    context.print(command, await client.jsonOf(response));
    if (response.status !== 202) return;
    const number = response.headers.get("signalbox-message-id") ?? "<number>";
    throw new CliError("failed", "no answer came in time; the call goes on", `\`signalbox calls answer ${number}\` asks for it.`);
  }

  async function requestOf(
    way: "messages" | "calls",
    { entity, value, options }: { entity: string; value: string | undefined; options: MessageOptions },
  ) {
    const contentType = contentTypeOf(options.type);
    return {
      method: "POST",
      path: `/v1/${way}/${pathOf(parseAddress(entity))}`,
      query: { timeout: options.timeout },
      body: await bodyOf(context.io, value),
      ...(contentType === undefined ? {} : { contentType }),
      ...(options.key === undefined ? {} : { headers: { "idempotency-key": options.key } }),
    };
  }
}
