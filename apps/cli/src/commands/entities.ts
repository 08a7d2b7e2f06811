/** entities: those whose path is an address of its own; the plain reads are derived. */
import type { Command } from "commander";
import { parseAddress, parseType, pathOf } from "../address.ts";
import type { CommandContext } from "../command-context.ts";
import { rowsOf } from "../output/print.ts";
import { bodyOf } from "./body-of.ts";

const actions = ["retry", "pause", "resume", "discard"] as const;
const actionHelp: Readonly<Record<(typeof actions)[number], string>> = {
  retry: "Try a parked entity again",
  pause: "Call its function no more until it is resumed",
  resume: "Go on after a pause",
  discard: "Let go of its first message",
};
const exportPage = 500;

export function addEntities(entities: Command, context: CommandContext): void {
  addReads(entities, context);
  addExport(entities, context);
  for (const action of actions) {
    const command = entities.command(action).description(actionHelp[action]).argument("<entity>", "namespace/name/id");
    command.action((entity: string) =>
      context.run(command, { method: "POST", path: `/v1/entities/${pathOf(parseAddress(entity))}:${action}` }),
    );
  }
  const edit = entities
    .command("edit")
    .description("Set one state value")
    .argument("<entity>", "namespace/name/id")
    .argument("<name>", "of the state")
    .argument("<value>", "as text of its type: JSON; @file, or - for standard input");
  edit.action(async (entity: string, name: string, value: string) => {
    const text = new TextDecoder().decode(await bodyOf(context.io, value));
    const body = JSON.stringify({ name, value: { text } });
    await context.run(edit, {
      method: "PATCH",
      path: `/v1/entities/${pathOf(parseAddress(entity))}`,
      body,
      contentType: "application/json",
    });
  });
}

function addReads(entities: Command, context: CommandContext): void {
  const ls = entities
    .command("ls")
    .description("Entities of a type, by id")
    .argument("<type>", "namespace/name")
    .option("--prefix <text>", "only ids that begin so")
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
    command.action((entity: string) => context.run(command, { method: "GET", path, query: { ...parseAddress(entity) } }));
  }
  const asOf = entities
    .command("as-of")
    .description("The values of an entity as of a record or a time")
    .argument("<entity>", "namespace/name/id")
    .argument("<moment>", "a record's number, or a time such as 2026-11-28T08:30:00Z");
  asOf.action((entity: string, moment: string) => {
    const query = /^\d+$/.test(moment) ? { sequence: moment } : { atMs: Date.parse(moment) };
    return context.run(asOf, { method: "GET", path: "/v1/state-as-of", query: { ...parseAddress(entity), ...query } });
  });
}

function addExport(entities: Command, context: CommandContext): void {
  const command = entities
    .command("export")
    .description("Every entity of a type with its state, a line of JSON each")
    .argument("<type>", "namespace/name")
    .option("--prefix <text>", "only ids that begin so");
  command.action(async (type: string) => {
    const client = context.client(command);
    const { prefix } = command.opts<{ prefix?: string }>();
    let cursor: string | undefined;
    do {
      const page = await client.json({ method: "GET", path: pathOfType(type), query: { prefix, limit: exportPage, cursor } });
      for (const row of rowsOf(page) ?? []) {
        const address = row["address"] as { readonly type: string; readonly id: string };
        const entity = await client.json({ method: "GET", path: `/v1/entities/${pathOf(address)}` });
        context.io.out(`${JSON.stringify(entity)}\n`);
      }
      cursor = (page as { readonly cursor?: string | null }).cursor ?? undefined;
    } while (cursor !== undefined);
  });
}

function pathOfType(type: string): string {
  return `/v1/entities/${parseType(type).split("/").map(encodeURIComponent).join("/")}`;
}
