/** failures: the causes under the name that people type for a list; everything else is derived. */
import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";

export function addFailures(failures: Command, context: CommandContext): void {
  const ls = failures
    .command("ls")
    .description("Causes of failures: how often, since when, what they hold up now")
    .option("--filter <cel>", 'only those that fit: failure.code == "ENDPOINT_ERROR" && parked > 10');
  ls.action(() => context.run(ls, { method: "GET", path: "/v1/failures/causes", query: ls.opts<Record<string, string>>() }));
}
