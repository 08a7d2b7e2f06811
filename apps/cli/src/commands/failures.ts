/**
 * failures: causes under the name that people type for a list, and acts on everything that one cause holds up; the other commands are
 * derived.
 */
import type { Command } from "commander";
import { segment } from "../address.ts";
import type { CommandContext } from "../command-context.ts";

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
    await context.run(discard, { method: "GET", path: `${pathOf(fingerprint)}/reach` });
    context.io.err("Nothing was discarded. Add --yes to do it.\n");
    return undefined;
  });
}

function ofCause(failures: Command, verb: "retry" | "discard", description: string): Command {
  return failures
    .command(verb)
    .description(`${description}; goes on by itself, \`failures acts\` tells how far`)
    .argument("<fingerprint>", "of the cause, as `failures ls` lists it")
    .option("--rate <number>", "so many entities a second; else as fast as it goes");
}

function act(context: CommandContext, command: Command, fingerprint: string): Promise<void> {
  const { rate } = command.opts<{ rate?: string }>();
  const body = JSON.stringify({ action: command.name(), ...(rate === undefined ? {} : { ratePerSecond: Number(rate) }) });
  return context.run(command, { method: "POST", path: `${pathOf(fingerprint)}/act`, body, contentType: "application/json" });
}

function pathOf(fingerprint: string): string {
  return `/v1/failures/causes/${segment(fingerprint)}`;
}
