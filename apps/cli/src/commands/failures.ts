/**
 * failures: causes under the name that people type for a list, and acts on everything that one cause holds up; the other commands are
 * derived. A cause may be named by the beginning of its fingerprint, as long as no other begins so.
 */
import type { Command } from "commander";
import { segment } from "../address.ts";
import type { CommandContext } from "../command-context.ts";
import { CliError } from "../exit-codes.ts";

export function addFailures(failures: Command, context: CommandContext): void {
  const ls = failures
    .command("ls")
    .description("Causes of failures: how often, since when, what they hold up now")
    .option("--filter <cel>", 'only those that fit: failure.code == "ENDPOINT_ERROR" && parked > 10');
  ls.action(() => context.run(ls, { method: "GET", path: "/v1/failures/causes", query: ls.opts<Record<string, string>>() }));
  const retry = ofCause(failures, "retry", "Try all that a cause holds up again").addHelpText(
    "after",
    "\nExample: signalbox failures retry 3f2a --rate 20",
  );
  retry.action((fingerprint: string) => act(context, retry, fingerprint));
  const discard = ofCause(failures, "discard", "Let go of the first message of each entity that a cause holds up").option(
    "--yes",
    "do it; without it is shown whom it would reach",
  );
  discard.action(async (fingerprint: string) => {
    if (discard.opts<{ yes?: boolean }>().yes === true) return act(context, discard, fingerprint);
    await context.run(discard, { method: "GET", path: `${await pathOf(context, discard, fingerprint)}/reach` });
    context.io.err("Nothing was discarded. Add --yes to do it.\n");
    return undefined;
  });
}

function ofCause(failures: Command, verb: "retry" | "discard", description: string): Command {
  return failures
    .command(verb)
    .description(`${description}; goes on by itself, \`failures acts\` tells how far`)
    .argument("<fingerprint>", "of the cause, as `failures ls` lists it, or its beginning")
    .option("--rate <number>", "so many entities a second; else as fast as it goes");
}

async function act(context: CommandContext, command: Command, fingerprint: string): Promise<void> {
  const { rate } = command.opts<{ rate?: string }>();
  const body = JSON.stringify({ action: command.name(), ...(rate === undefined ? {} : { ratePerSecond: Number(rate) }) });
  const path = await pathOf(context, command, fingerprint);
  return context.run(command, { method: "POST", path: `${path}/act`, body, contentType: "application/json" });
}

const wholeCharacters = 16;

async function pathOf(context: CommandContext, command: Command, given: string): Promise<string> {
  const whole = given.length < wholeCharacters ? await wholeOf(context, command, given) : given;
  return `/v1/failures/causes/${segment(whole)}`;
}

/** A beginning that fits no cause is passed on, and the gateway refuses it as unknown. */
async function wholeOf(context: CommandContext, command: Command, given: string): Promise<string> {
  const { causes } = (await context.client(command).record({ method: "GET", path: "/v1/failures/causes" }, "causes")) as {
    readonly causes: readonly { readonly fingerprint: string }[];
  };
  const fitting = causes.map(({ fingerprint }) => fingerprint).filter((fingerprint) => fingerprint.startsWith(given));
  if (fitting.length > 1) throw new CliError("usage", `several causes begin with ${given}: ${fitting.join(", ")}`, "Write more of it.");
  return fitting[0] ?? given;
}
