/** modules apply and show: YAML goes in and comes out as it is. */
import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { CliError } from "../exit-codes.ts";
import { bodyOf } from "./body-of.ts";

export function addModules(modules: Command, context: CommandContext): void {
  const apply = modules
    .command("apply")
    .description("Apply a module whole, or not at all; the same text again changes nothing")
    .argument("<name>")
    .argument("<file>", "a YAML file, or - for standard input")
    .addHelpText("after", "\nExample: signalbox modules apply shop module.yaml");
  apply.action(async (name: string, file: string) => {
    const body = await bodyOf(context.io, file === "-" ? "-" : `@${file}`);
    await context.run(apply, { method: "PUT", path: `/v1/modules/${encodeURIComponent(name)}`, body, contentType: "application/yaml" });
  });
  const yaml = modules.command("yaml").description("The text of a module, to be edited and applied again").argument("<name>");
  yaml.action(async (name: string) => {
    const module = await context.client(yaml).json({ method: "GET", path: `/v1/modules/${encodeURIComponent(name)}` });
    const text = typeof module === "object" && module !== null && "yaml" in module ? module.yaml : undefined;
    if (typeof text !== "string") throw new CliError("failed", "the gateway gave no text for this module");
    context.io.out(text.endsWith("\n") ? text : `${text}\n`);
  });
}
