/**
 * derivedCommand: makes a command of one operation: the fields in the path are arguments, all others are flags; the summary is the help.
 */
import { Option, type Command } from "commander";
import { segment } from "./address.ts";
import type { CommandContext } from "./command-context.ts";
import { CliError } from "./exit-codes.ts";
import { kebab, type HttpOperation, type OperationField } from "./operations.ts";

export function addDerived(parent: Command, operation: HttpOperation, context: CommandContext): void {
  const command = parent.command(operation.verb).description(operation.summary);
  const inPath = operation.fields.filter(({ place }) => place === "path");
  const others = operation.fields.filter(({ place }) => place !== "path");
  for (const { name } of inPath) command.argument(`<${kebab(name)}>`);
  for (const field of others) command.addOption(optionOf(field));
  command.action(async (...given: unknown[]) => {
    const values = given.slice(0, inPath.length) as string[];
    const flags = command.opts<Record<string, unknown>>();
    const path = inPath.reduce((text, { name }, index) => text.replace(`{${name}}`, segment(values[index] ?? "")), operation.path);
    const part = (place: OperationField["place"]): [string, unknown][] =>
      others
        .filter((field) => field.place === place && flags[field.name] !== undefined)
        .map((field) => [field.name, valueOf(field, flags[field.name])]);
    const body = part("body");
    const hasBody = operation.fields.some(({ place }) => place === "body");
    const answer = await context.client(command).json({
      method: operation.method,
      path,
      query: Object.fromEntries(part("query")) as Record<string, string>,
      ...(hasBody ? { body: JSON.stringify(Object.fromEntries(body)), contentType: "application/json" } : {}),
    });
    context.print(command, answer);
    // When a named thing is missing, that is an error; when nothing was named (what is running now), null is an answer.
    const isNamed = operation.method === "GET" && operation.fields.some(({ required }) => required);
    if (answer === null && isNamed) throw new CliError("notFound", "what was named is not there");
  });
}

function optionOf({ name, type, required, shape }: OperationField): Option {
  const option = new Option(
    `--${kebab(name)} <${type === "integer" || type === "number" ? "number" : type === "string" ? "text" : "json"}>`,
    shape,
  );
  // Commander turns the flag into camel case, which is the field's own name.
  return option.makeOptionMandatory(required);
}

/** Texts are passed unchanged; all other values are JSON. */
function valueOf({ name, type }: OperationField, given: unknown): unknown {
  if (type === "string") return given;
  try {
    return JSON.parse(String(given)) as unknown;
  } catch {
    throw new CliError("usage", `--${kebab(name)} ${String(given)} is no ${type}`, `Write it as JSON (${type}).`);
  }
}
