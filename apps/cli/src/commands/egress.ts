/**
 * egresses: lists the records that wait in one, and acknowledges them.
 */
import type { Command } from "commander";
import { parseType, segment } from "../address.ts";
import type { CommandContext } from "../command-context.ts";

export function addEgresses(egresses: Command, context: CommandContext): void {
  const list = egresses.command("list").description("Egresses with what waits in them");
  list.action(() => context.run(list, { method: "GET", path: "/v1/egresses" }));
  const records = egresses
    .command("records")
    .description("What waits in an egress, oldest first")
    .argument("<egress>", "namespace/name")
    .option("--after <number>", "only above this sequence")
    .option("--limit <number>", "at most so many");
  records.action((egress: string) =>
    context.run(records, { method: "GET", path: pathOfEgress(egress), query: records.opts<Record<string, string>>() }),
  );
  const acknowledge = egresses
    .command("acknowledge")
    .description("Let go of what was taken, through a sequence")
    .argument("<egress>", "namespace/name")
    .argument("<through>", "sequence of the last one taken");
  acknowledge.action((egress: string, through: string) =>
    context.run(acknowledge, { method: "DELETE", path: pathOfEgress(egress), query: { through } }),
  );
}

function pathOfEgress(egress: string): string {
  return `/v1/egresses/${parseType(egress).split("/").map(segment).join("/")}`;
}
