/**
 * tail: prints what ends, fails and parks, as it happens, one line each, by the filter of the console's Flow page. It reads the console's
 * own stream; when that is cut, the command ends and says so.
 */
import type { Command } from "commander";
import { createParser } from "../output/event-stream.ts";
import { plain } from "../output/plain.ts";
import type { CommandContext } from "../command-context.ts";
import { CliError, reasonOf } from "../exit-codes.ts";

interface TailRow {
  readonly sequence: number;
  readonly atMs: number;
  readonly address: { readonly type: string; readonly id: string };
  readonly word: string;
  readonly durationMs: number;
  readonly trace: number;
  readonly preview: string;
}

interface TailFrame {
  readonly tails?: readonly { readonly rows: readonly TailRow[]; readonly dropped: number }[];
}

export function addTail(program: Command, context: CommandContext): void {
  const tail = program
    .command("tail")
    .description("What ends, fails and parks, as it happens")
    .argument("[filter]", 'as on the page Flow: type == "shop/cart" && status == "failed"', "")
    .addHelpText("after", `\nExample: signalbox tail 'type.like("shop/*") && status == "failed"' --json`);
  tail.action(async (filter: string) => {
    const input = JSON.stringify({ flow: false, tails: [filter], entities: [] });
    const { json } = tail.optsWithGlobals<{ json?: boolean }>();
    const response = await context.client(tail).send({
      method: "GET",
      path: "/trpc/live.stream",
      query: { input },
      headers: { accept: "text/event-stream" },
      answers: ["text/event-stream"],
    });
    const show = createParser((text) => showFrame(text, json === true || !context.io.isTerminal));
    const refuse = createParser(refused, ["serialized-error"]);
    const parse = (text: string): void => {
      show(text);
      refuse(text);
    };
    if (response.body === null) throw new CliError("failed", "the gateway sent no stream");
    const decoder = new TextDecoder();
    try {
      for await (const chunk of response.body) parse(decoder.decode(chunk, { stream: true }));
    } catch (error) {
      if (error instanceof CliError) throw error;
      if (context.io.signal.aborted) return;
      throw new CliError("unreachable", `the stream was cut: ${String(error)}`, "Start the command again.");
    }
    if (!context.io.signal.aborted) throw new CliError("unreachable", "the gateway ended the stream", "Start the command again.");
  });

  function showFrame(text: string, isJson: boolean): void {
    const frame = JSON.parse(text) as TailFrame;
    for (const { rows, dropped } of frame.tails ?? []) {
      for (const row of rows) context.io.out(isJson ? `${JSON.stringify(row)}\n` : `${lineOf(row)}\n`);
      if (dropped > 0) context.io.err(`… and ${dropped} more that are not shown\n`);
    }
  }
}

/** The stream has begun before the question is checked, so a refusal comes as an event of it. */
function refused(text: string): void {
  const { message = "", data } = JSON.parse(text) as {
    readonly message?: string;
    readonly data?: {
      readonly httpStatus?: number;
      readonly problem?: { readonly code: string; readonly detail: string; readonly cure: string };
    };
  };
  const reason = reasonOf(data?.httpStatus ?? 500);
  if (data?.problem === undefined) throw new CliError(reason, `the gateway refused the stream: ${plain(message)}`);
  throw new CliError(reason, `${data.problem.code}: ${data.problem.detail}`, data.problem.cure);
}

function lineOf({ atMs, word, address, durationMs, trace, preview }: TailRow): string {
  const time = new Date(atMs).toISOString().slice(11, 23);
  return plain(`${time}  ${word.padEnd(10)}  ${address.type}/${address.id}  ${durationMs} ms  trace ${trace}  ${preview}`);
}
