/**
 * createProgram: builds the tree of commands: those that are written by hand first, then every other operation of the HTTP API as a derived
 * command, noun and verb. A new operation is a command without a line here.
 */
import { Command } from "commander";
import { CommandContext } from "./command-context.ts";
import { addBackup } from "./commands/backup.ts";
import { addBootstrap } from "./commands/bootstrap.ts";
import { addCompletion } from "./commands/completion.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addEndpoints } from "./commands/endpoints.ts";
import { addEgresses } from "./commands/egress.ts";
import { addFailures } from "./commands/failures.ts";
import { addEntities } from "./commands/entities.ts";
import { addMessages } from "./commands/messages.ts";
import { addModules } from "./commands/modules.ts";
import { addMove } from "./commands/move.ts";
import { addSavepoints } from "./commands/savepoints.ts";
import { addSavepointsDiff } from "./commands/savepoints-diff.ts";
import { addSql } from "./commands/sql.ts";
import { addStart } from "./commands/start.ts";
import { addTail } from "./commands/tail.ts";
import { addTraces } from "./commands/traces.ts";
import { addDerived } from "./derived-command.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Io } from "./io.ts";
import { readOperations, type HttpOperation } from "./operations.ts";

/** Operations on sessions of a browser, and operations that a command with another name covers. */
const notDerived: ReadonlySet<string> = new Set([
  "people sign-in",
  "people sign-out",
  "people set-up",
  "entities list",
  "entities read",
  "entities export",
  "entities act",
  "entities edit-state",
  "doors records",
  "doors acknowledge",
  "doors egresses",
  "modules put",
  "modules preview",
  "modules rollback",
  "savepoints file",
  "backups take",
  "backups file",
  "messages accept",
  "calls call",
]);

/** Names as people use them: one name for what the contract has under two. */
const nouns: Readonly<Record<string, string>> = { doors: "connectors" };
const nounHelp: Readonly<Record<string, string>> = {
  modules: "what is declared: endpoints, ingresses, egresses",
  entities: "state, mailboxes and the past of entities",
  savepoints: "take, restore, bring in and carry away",
  backups: "what is kept of backups in the data directory; `signalbox backup` makes one",
  moves: "savepoints to Flink and back; `signalbox move` does it in one step",
  bootstrap: "initial state out of SQL over files",
  egresses: "what functions have handed out",
  traces: "what followed from a message",
  endpoints: "where functions are served",
  sql: "read-only SQL over what is there now and over savepoints",
};

export function createProgram(io: Io): Command {
  const context = new CommandContext(io);
  const program = new Command("signalbox")
    .description("Signalbox from the command line")
    .option("--url <url>", "the gateway; else SIGNALBOX_URL, else http://127.0.0.1:4280")
    .option("--token <token>", "an API token; else SIGNALBOX_TOKEN")
    .option("--cert <file>", "a client certificate in place of a token (PEM); else SIGNALBOX_CLIENT_CERT")
    .option("--cert-key <file>", "its key (PEM), where another file holds it; else SIGNALBOX_CLIENT_KEY")
    .option("--unmask <reason>", "show masked values; the audit keeps the reason")
    .option("--json", "the whole answer as JSON, also on a terminal")
    .option("--fields <names>", "only these fields, separated by commas")
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) })
    .addHelpText("after", `\n${exitHelp()}`);
  const noun = (name: string): Command =>
    program.commands.find((one) => one.name() === name) ?? program.command(name).description(nounHelp[name] ?? `operations on ${name}`);
  addStart(program, context);
  addMessages(program, context);
  addTail(program, context);
  addTraces(program, noun("traces"), context);
  addModules(noun("modules"), context);
  addEntities(noun("entities"), context);
  addFailures(noun("failures"), context);
  addEgresses(noun("egresses"), context);
  addEndpoints(noun("endpoints"), context);
  addSavepoints(noun("savepoints"), context);
  addSavepointsDiff(noun("savepoints"), context);
  addSql(noun("sql"), context);
  addBackup(program, context);
  addMove(program, context);
  addBootstrap(noun("bootstrap"), context);
  addDoctor(program, context);
  for (const operation of readOperations())
    if (isDerived(operation)) addTo(noun(nouns[operation.noun] ?? operation.noun), operation, context);
  noun("people").alias("users");
  for (const { commands } of program.commands) addListAliases(commands);
  addCompletion(program, context);
  return program;
}

function isDerived({ noun, verb, isPlain }: HttpOperation): boolean {
  return isPlain && !notDerived.has(`${noun} ${verb}`);
}

function addTo(parent: Command, operation: HttpOperation, context: CommandContext): void {
  if (!parent.commands.some((one) => one.name() === operation.verb)) addDerived(parent, operation, context);
}

/** A list that has one of the two names gets the other one too. */
function addListAliases(commands: readonly Command[]): void {
  const byName = (name: string): Command | undefined => commands.find((one) => one.name() === name);
  const [list, ls] = [byName("list"), byName("ls") ?? byName("connectors")];
  if (list === undefined) ls?.aliases(ls.name() === "ls" ? ["list"] : ["ls", "list"]);
  else if (ls === undefined) list.alias("ls");
}

function exitHelp(): string {
  return `Exit codes: ${Object.values(exitCodes)
    .map(({ code, meaning }) => `${code} ${meaning}`)
    .join("; ")}.`;
}
