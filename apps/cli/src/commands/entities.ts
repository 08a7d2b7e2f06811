/**
 * entities: the commands whose path has an address; the plain reads are derived.
 */
import type { Command } from "commander";
import { parseAddress, parseType, pathOf, segment } from "../address.ts";
import type { GatewayRequest } from "../call-gateway.ts";
import type { CommandContext } from "../command-context.ts";
import { CliError } from "../exit-codes.ts";
import { bodyOf } from "./body-of.ts";

const actions = ["retry", "pause", "resume", "discard"] as const;
const actionHelp: Readonly<Record<(typeof actions)[number], string>> = {
  retry: "Try a parked entity again",
  pause: "Call its function no more until it is resumed",
  resume: "Go on after a pause",
  discard: "Let go of its first message",
};

export function addEntities(entities: Command, context: CommandContext): void {
  addReads(entities, context);
  addExport(entities, context);
  for (const action of actions) {
    const command = entities.command(action).description(actionHelp[action]).argument("<entity>", "namespace/name/id");
    if (action === "pause") command.option("--seconds <number>", "after so many it goes on by itself");
    if (action === "discard")
      command
        .option("--if-message <sequence>", "only if this message is the first one, as `entities get` shows it")
        .option("--if-version <version>", "only if the first message still has the version that `entities get` told");
    command.action((entity: string) => {
      const { seconds, ifMessage, ifVersion } = command.opts<{ seconds?: string; ifMessage?: string; ifVersion?: string }>();
      const terms = {
        ...(seconds !== undefined && { seconds: Number(seconds) }),
        ...(ifMessage !== undefined && { ifMessage: Number(ifMessage) }),
        ...(ifVersion !== undefined && { ifVersion }),
      };
      return context.run(command, {
        method: "POST",
        path: `/v1/entities/${pathOf(parseAddress(entity))}:${action}`,
        ...(Object.keys(terms).length > 0 && { body: JSON.stringify(terms), contentType: "application/json" }),
      });
    });
  }
  addEdit(entities, context);
}

function addEdit(entities: Command, context: CommandContext): void {
  const edit = entities
    .command("edit")
    .description("Set one state value, or with --set several as one: all or none")
    .argument("<entity>", "namespace/name/id")
    .argument("[name]", "of the state")
    .argument("[value]", "as JSON, or null to remove it; @file, or - for standard input")
    .option("--set <name=value>", "in place of name and value; once for each", (given: string, before: string[]) => [...before, given], [])
    .option("--reason <text>", "why; the audit keeps it, and the history shows it")
    .option("--if-version <version>", "only if the value still has the version that `entities get` told; not with --set");
  edit.action(async (entity: string, name?: string, value?: string) => {
    const { set, reason, ifVersion } = edit.opts<{ set: string[]; reason?: string; ifVersion?: string }>();
    if (set.length > 0 ? name !== undefined || ifVersion !== undefined : name === undefined || value === undefined)
      throw new CliError(
        "usage",
        "An edit has a name and a value, or --set once for each value",
        "Write edit <entity> --set visits=5 --set 'seen={\"at\": 3}'.",
      );
    const one = async (called: string, given: string) => ({ name: JSON.stringify(called), value: await jsonOf(context, given) });
    const values = await Promise.all(set.map(async (each) => objectOf(await one(...namedValue(each)))));
    const edits = set.length > 0 ? { values: `[${values.join()}]` } : await one(name ?? "", value ?? "");
    await context.run(edit, {
      method: "PATCH",
      path: `/v1/entities/${pathOf(parseAddress(entity))}`,
      body: objectOf({ ...edits, reason: JSON.stringify(reason), ifVersion: JSON.stringify(ifVersion) }),
      contentType: "application/json",
    });
  });
}

/** Joins fields that are JSON already, so that a number of many digits does not pass through a double. */
function objectOf(fields: Readonly<Record<string, string | undefined>>): string {
  const written = Object.entries(fields).flatMap(([name, json]) => (json === undefined ? [] : [`"${name}":${json}`]));
  return `{${written.join()}}`;
}

/** Splits at the first sign. When the name itself has one, the gateway answers that the name is unknown. */
function namedValue(given: string): [name: string, value: string] {
  const end = given.indexOf("=");
  if (end < 1)
    throw new CliError("usage", `${given.slice(0, 80)} has no name and value`, "Write --set name=value, such as --set visits=5.");
  return [given.slice(0, end), given.slice(end + 1)];
}

async function jsonOf(context: CommandContext, given: string): Promise<string> {
  const text = new TextDecoder().decode(await bodyOf(context.io, given));
  try {
    JSON.parse(text);
    return text;
  } catch {
    throw new CliError("usage", `${text.slice(0, 80)} is no JSON`, `Write it as JSON: 5, '"a text"' or '{"count": 3}'.`);
  }
}

function addReads(entities: Command, context: CommandContext): void {
  const ls = entities
    .command("ls")
    .description("Entities of a type, by id")
    .argument("<type>", "namespace/name")
    .option("--prefix <text>", "only ids that begin so")
    .option("--filter <cel>", "only those that fit: state.visits > 50 && waiting == 0")
    .option("--limit <number>", "at most so many")
    .option("--cursor <text>", "of the page before");
  ls.action((type: string) => context.run(ls, { method: "GET", path: pathOfType(type), query: ls.opts<Record<string, string>>() }));
  const get = entities.command("get").description("One entity: state, mailbox, why it waits").argument("<entity>", "namespace/name/id");
  get.action((entity: string) => context.run(get, { method: "GET", path: `/v1/entities/${pathOf(parseAddress(entity))}` }));
  for (const [verb, path, description] of [
    ["history", "/v1/history", "What happened to an entity, newest first"],
    ["blame", "/v1/blame", "Who wrote each value, and before that"],
  ] as const) {
    const command = entities.command(verb).description(description).argument("<entity>", "namespace/name/id");
    command.action((entity: string) => past(command, entity, { path }));
  }
  const asOf = entities
    .command("as-of")
    .description("The values of an entity as of a record or a time")
    .argument("<entity>", "namespace/name/id")
    .argument("<moment>", "a record's number, or a time such as 2026-11-28T08:30:00Z");
  asOf.action((entity: string, moment: string) => {
    const query = /^\d+$/.test(moment) ? { sequence: moment } : { atMs: Date.parse(moment) };
    if (Number.isNaN(query.atMs))
      throw new CliError("usage", `"${moment}" is no moment`, "Write a record's number, or a time such as 2026-11-28T08:30:00Z.");
    return past(asOf, entity, { path: "/v1/state-as-of", query });
  });

  /**
   * Prints the past of an entity. When it is empty, the entity is asked for too, and a refusal of that ends the command, because the entity
   * never existed.
   */
  async function past(command: Command, entity: string, { path, query }: { path: string; query?: GatewayRequest["query"] }): Promise<void> {
    const address = parseAddress(entity);
    const client = context.client(command);
    const answer = await client.record({ method: "GET", path, query: { ...address, ...query } });
    context.print(command, answer);
    const told = "items" in answer ? answer.items : "values" in answer ? answer.values : [];
    if (Array.isArray(told) && told.length === 0) await client.json({ method: "GET", path: `/v1/entities/${pathOf(address)}` });
  }
}

function addExport(entities: Command, context: CommandContext): void {
  const command = entities
    .command("export")
    .description("Entities of a type with their state, a line of JSON each, or as CSV")
    .argument("<type>", "namespace/name")
    .option("--prefix <text>", "only ids that begin so")
    .option("--filter <cel>", 'only those that fit: state.visits > 50 && id.startsWith("a")')
    .option("--format <format>", "jsonl or csv", "jsonl")
    .option("--limit <number>", "at most so many");
  command.action(async (type: string) => {
    const query = { type: parseType(type), ...command.opts<Record<string, string>>() };
    const client = context.client(command);
    const answers = ["application/jsonl", "text/csv"];
    const response = await client.send({ method: "GET", path: "/v1/entities/export", query, answers });
    const decoder = new TextDecoder();
    for await (const chunk of client.chunks(response)) context.io.out(decoder.decode(chunk, { stream: true }));
  });
}

function pathOfType(type: string): string {
  return `/v1/entities/${parseType(type).split("/").map(segment).join("/")}`;
}
