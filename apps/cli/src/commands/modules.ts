/**
 * modules: applies, compares, rolls back and shows modules; the YAML is sent and printed unchanged.
 */
import type { Command } from "commander";
import { segment } from "../address.ts";
import type { CommandContext } from "../command-context.ts";
import { CliError } from "../exit-codes.ts";
import { bodyOf, textOf } from "./body-of.ts";

export function addModules(modules: Command, context: CommandContext): void {
  const apply = modules
    .command("apply")
    .description("Apply a module whole, or not at all; the same text again changes nothing")
    .argument("<name>")
    .argument("<file>", "a YAML file, or - for standard input")
    .option("--if-revision <number>", "only if this revision is in force, as `modules get` shows it; 0: only if there is none")
    .addHelpText("after", "\nExample: signalbox modules apply shop module.yaml --if-revision 3");
  apply.action(async (name: string, file: string) => {
    const { ifRevision } = apply.opts<{ ifRevision?: string }>();
    mustBeRevision(name, ifRevision);
    const body = await bodyOf(context.io, file === "-" ? "-" : `@${file}`);
    const path = `/v1/modules/${segment(name)}`;
    await context.run(apply, { method: "PUT", path, query: { ifRevision }, body, contentType: "application/yaml" });
  });
  const diff = modules
    .command("diff")
    .description("What applying a file would change, and what is wrong with it; nothing is applied")
    .argument("<name>")
    .argument("<file>", "a YAML file, or - for standard input")
    .addHelpText("after", "\nExample: signalbox modules diff shop module.yaml");
  diff.action(async (name: string, file: string) => {
    const body = JSON.stringify({ yaml: await textOf(context.io, file === "-" ? "-" : `@${file}`) });
    const path = `/v1/modules/${segment(name)}/preview`;
    const answer = await context.client(diff).json({ method: "POST", path, body, contentType: "application/json" });
    context.print(diff, answer);
    if (!isValid(answer)) throw new CliError("failed", `${file} cannot be applied: what is wrong stands under "issues"`);
  });
  const rollback = modules
    .command("rollback")
    .description("Put the text of a former revision in force, as a new revision")
    .argument("<name>")
    .argument("<revision>", "as `modules get` lists them")
    .option("--if-revision <number>", "only if this revision is in force until then")
    .addHelpText("after", "\nExample: signalbox modules rollback shop 3");
  rollback.action(async (name: string, revision: string) => {
    if (!/^[1-9]\d*$/.test(revision))
      throw new CliError("usage", `${revision} is no revision`, `\`signalbox modules get ${name}\` lists them.`);
    const { ifRevision } = rollback.opts<{ ifRevision?: string }>();
    mustBeRevision(name, ifRevision);
    const path = `/v1/modules/${segment(name)}/rollback`;
    const body = JSON.stringify({ revision: Number(revision), ...(ifRevision === undefined ? {} : { ifRevision: Number(ifRevision) }) });
    await context.run(rollback, { method: "POST", path, body, contentType: "application/json" });
  });
  const yaml = modules.command("yaml").description("The text of a module, to be edited and applied again").argument("<name>");
  yaml.action(async (name: string) => {
    const module = await context.client(yaml).json({ method: "GET", path: `/v1/modules/${segment(name)}` });
    const text = typeof module === "object" && module !== null && "yaml" in module ? module.yaml : undefined;
    if (typeof text !== "string") throw new CliError("failed", "the gateway gave no text for this module");
    context.io.out(text.endsWith("\n") ? text : `${text}\n`);
  });
}

function mustBeRevision(name: string, ifRevision: string | undefined): void {
  if (ifRevision !== undefined && !/^\d+$/.test(ifRevision))
    throw new CliError("usage", `${ifRevision} is no revision`, `\`signalbox modules get ${name}\` shows it; 0 stands for none.`);
}

function isValid(preview: unknown): boolean {
  return typeof preview === "object" && preview !== null && "valid" in preview && preview.valid === true;
}
