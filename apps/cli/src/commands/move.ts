/**
 * move: moves a system's state to Flink or back, in one command: the savepoint, what moves and what cannot, and with --yes the conversion
 * with its check. Without --yes nothing is written; the exit code is 1 when something blocks the move.
 */
import { Option, type Command } from "commander";
import type { GatewayClient } from "../call-gateway.ts";
import type { CommandContext } from "../command-context.ts";
import { CliError } from "../exit-codes.ts";

interface MoveFlags {
  readonly to: "flink" | "embedded";
  readonly savepoint?: string;
  readonly folder?: string;
  readonly accept?: readonly string[];
  readonly maxParallelism?: string;
  readonly yes?: boolean;
}

interface Item {
  readonly what: string;
  readonly fate: string;
  readonly count: number;
  readonly why: string;
  readonly cure: string;
  readonly acceptable: boolean;
  readonly examples: readonly string[];
}

interface Outcome {
  readonly items: readonly Item[];
  readonly blocked: readonly string[];
  readonly moved: { readonly values: number; readonly messages: number; readonly delayedMessages: number } | null;
  readonly check: { readonly isEqual: boolean } | null;
  readonly folder: string | null;
  readonly savepoint: { readonly id: string } | null;
  readonly epochsSince: number | null;
  readonly elapsedMs: number;
}

const fates: Readonly<Record<string, string>> = { moves: "moves", changes: "changes", stays: "stays here", blocks: "IN THE WAY" };

export function addMove(program: Command, context: CommandContext): void {
  const move = program
    .command("move")
    .description("Move the state to Apache Flink, or back from it (docs/moving-state.md)")
    .addOption(new Option("--to <runtime>", "where to").choices(["flink", "embedded"]).makeOptionMandatory())
    .option(
      "--savepoint <id>",
      "to flink: this one; else one is taken now. To embedded: the one that says how long values live; else the newest",
    )
    .option("--folder <name>", "to embedded: the Flink savepoint in the gateway's flink-savepoints; else the newest")
    .option("--accept <what...>", "to flink: what may be left behind, as the dry run names it")
    .option("--max-parallelism <number>", "to flink: pipeline.max-parallelism of the job")
    .option("--yes", "do it; without it the plan is shown");
  move.action(async () => {
    const flags = move.opts<MoveFlags>();
    const client = context.client(move);
    const outcome = await (flags.to === "flink" ? toFlink(client, flags, context) : toEmbedded(client, flags));
    if (move.optsWithGlobals<{ json?: boolean }>().json === true) context.io.out(`${JSON.stringify(outcome)}\n`);
    else for (const line of linesOf(outcome)) context.io.out(`${line}\n`);
    if (outcome.blocked.length > 0) throw new CliError("failed", `${outcome.blocked.join(", ")}: in the way`, acceptableWords(outcome));
    context.io.err(nextWords(outcome));
  });
}

async function toFlink(client: GatewayClient, flags: MoveFlags, context: CommandContext): Promise<Outcome> {
  const { savepoint, accept = [], maxParallelism, yes = false } = flags;
  const id = savepoint ?? (await takeOne(client, context));
  const body = {
    savepoint: id,
    dryRun: !yes,
    accept,
    ...(maxParallelism === undefined ? {} : { maxParallelism: wholeNumber(maxParallelism) }),
  };
  return post(client, "/v1/moves/to-flink", body);
}

async function takeOne(client: GatewayClient, context: CommandContext): Promise<string> {
  const { id } = (await client.record({ method: "POST", path: "/v1/savepoints" }, "id")) as { readonly id: string };
  context.io.err(`Savepoint ${id} was taken. Messages that are accepted from here on are not in it.\n`);
  return id;
}

async function toEmbedded(client: GatewayClient, { folder, savepoint, yes = false }: MoveFlags): Promise<Outcome> {
  const name = folder ?? (await newestFolder(client));
  return post(client, "/v1/moves/to-embedded", { folder: name, dryRun: !yes, ...(savepoint === undefined ? {} : { specsOf: savepoint }) });
}

async function newestFolder(client: GatewayClient): Promise<string> {
  const { folders } = (await client.record({ method: "GET", path: "/v1/moves/folders" }, "folders")) as {
    readonly folders: readonly { name: string }[];
  };
  const [newest] = folders;
  if (newest !== undefined) return newest.name;
  throw new CliError(
    "notFound",
    "there is no Flink savepoint in the gateway's flink-savepoints",
    "A gateway on Flink needs no move: its savepoints are files that 'signalbox savepoints import' takes here. For a job of your own take one in canonical format and put its folder there, or make flink-savepoints a link to the cluster's folder.",
  );
}

async function post(client: GatewayClient, path: string, body: object): Promise<Outcome> {
  const asked = { method: "POST", path, body: JSON.stringify(body), contentType: "application/json" };
  return (await client.record(asked, "items", "blocked", "moved")) as Outcome;
}

function wholeNumber(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new CliError("usage", `--max-parallelism ${text} is no whole number`, "Write one from 1 to 32768.");
}

function linesOf({ items, moved, check, elapsedMs }: Outcome): string[] {
  const lines = items.flatMap(({ what, fate, count, why, cure, examples }) => [
    `${(fates[fate] ?? fate).padEnd(10)} ${String(count).padStart(9)}  ${what}: ${why}`,
    ...(cure === "" ? [] : [`${" ".repeat(22)}${cure}`]),
    ...(examples.length === 0 ? [] : [`${" ".repeat(22)}${examples.join("; ")}`]),
  ]);
  if (moved === null) return lines;
  const seconds = (elapsedMs / 1_000).toFixed(1);
  lines.push(`moved      ${moved.values} values, ${moved.messages} messages, ${moved.delayedMessages} delayed messages in ${seconds} s`);
  if (check?.isEqual === true) lines.push("checked    read back and compared, entity by entity: equal");
  return lines;
}

function acceptableWords({ items, blocked }: Outcome): string {
  const acceptable = items.filter(({ what, acceptable: may }) => may && blocked.includes(what)).map(({ what }) => what);
  return acceptable.length === 0
    ? "Each says above how to mend it."
    : `Mend it as it says above, or leave it behind: --accept ${acceptable.join(" ")}`;
}

function nextWords({ moved, folder, savepoint, epochsSince }: Outcome): string {
  if (moved === null) return "Nothing was moved. Add --yes to do it.\n";
  if (savepoint !== null)
    return `Savepoint ${savepoint.id} is registered. Go on from it with: signalbox savepoints restore ${savepoint.id} --yes\n`;
  const late =
    epochsSince === null || epochsSince === 0 ? "" : `${epochsSince} epochs were committed here since; what they hold is not in it.\n`;
  return `${late}The Flink savepoint is flink-savepoints/${folder ?? ""} of the data directory: run the job with its path as savepointPath.\n`;
}
