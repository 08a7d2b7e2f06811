/**
 * savepoints: takes, restores, forks, uploads and downloads savepoints. Neighbours: local-gateway.ts and start.ts, which run a fork.
 */
import { readdir, rm } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { segment } from "../address.ts";
import type { GatewayClient } from "../call-gateway.ts";
import type { CommandContext } from "../command-context.ts";
import { CliError } from "../exit-codes.ts";
import { gatewayEnvironment, gatewayProgram, type GatewayOptions } from "../local-gateway.ts";
import { NewFile } from "../output/new-file.ts";
import { fileBlob } from "./body-of.ts";

export function addSavepoints(savepoints: Command, context: CommandContext): void {
  const take = savepoints.command("take").description("Take a savepoint of everything now");
  take.action(() => context.run(take, { method: "POST", path: "/v1/savepoints" }));
  const bring = savepoints.command("import").description("Check a savepoint file from elsewhere and register it").argument("<file>");
  bring.action(async (file: string) => {
    const body = await fileBlob(file);
    await context.run(bring, { method: "POST", path: "/v1/savepoints", body, contentType: "application/vnd.sqlite3" });
  });
  const download = savepoints.command("download").description("Its file, to be kept elsewhere").argument("<id>").argument("<file>");
  download.action(async (id: string, path: string) => {
    await downloadTo(context.client(download), { id, path });
    context.io.err(`${path} is written.\n`);
  });
  addFork(savepoints, context);
  const restore = savepoints
    .command("restore")
    .description("Go back to a savepoint: everything after it is undone. A savepoint of now is taken first")
    .argument("<id>")
    .option("--yes", "do it; without it the cost is shown");
  restore.action(async (id: string) => {
    const path = `/v1/savepoints/${segment(id)}`;
    if (restore.opts<{ yes?: boolean }>().yes === true) return context.run(restore, { method: "POST", path: `${path}:restore` });
    context.print(restore, await context.client(restore).json({ method: "GET", path: `${path}/impact` }));
    context.io.err("Nothing was restored. Add --yes to do it.\n");
    return undefined;
  });
}

/**
 * Adds the command that starts a second gateway from the savepoint. That gateway has no module, so it calls nobody, reads nothing in and
 * delivers nothing; the first one's settings for catalog, cluster and PostgreSQL port are not passed to it.
 */
function addFork(savepoints: Command, context: CommandContext): void {
  const fork = savepoints
    .command("fork")
    .description(
      "Start a second gateway from a savepoint, beside the one that goes on; without modules it calls and delivers nothing. Ctrl+C stops it",
    )
    .argument("<id>")
    .option("--data-dir <folder>", "its folder, which must be empty or not there", "signalbox-fork")
    .option("--port <number>", "its HTTP port; 0: a free one", "0")
    .option("--grpc-port <number>", "its gRPC port; 0: a free one", "0");
  fork.addHelpText(
    "after",
    "\nExample: signalbox savepoints fork 20261128-084725-8406 --data-dir ./fork\nA later start: signalbox start --data-dir ./fork",
  );
  fork.action(async (id: string) => {
    const { io } = context;
    const options = fork.opts<Required<Pick<GatewayOptions, "dataDir" | "port" | "grpcPort">>>();
    await refuseFilled(options.dataDir);
    const program = gatewayProgram(io.environment);
    const file = `${resolve(options.dataDir)}.savepoint`;
    await downloadTo(context.client(fork), { id, path: file });
    const environment = gatewayEnvironment(io.environment, { ...options, host: "127.0.0.1" });
    const gateway = io.startProgram(program, { ...environment, ...notOfTheFirst, SIGNALBOX_RESTORE_BACKUP: file });
    // Once the fork listens, it no longer needs the file.
    if ((await gateway.url) !== undefined) await rm(file, { force: true });
    const code = await gateway.ended;
    await rm(file, { force: true });
    if (code !== 0) throw new CliError("failed", `the fork ended with ${code}`);
  });
}

const notOfTheFirst = {
  DATABASE_URL: undefined,
  SIGNALBOX_RUNTIME: undefined,
  SIGNALBOX_POSTGRES_PORT: undefined,
  SIGNALBOX_BASE_PATH: undefined,
};

async function refuseFilled(folder: string): Promise<void> {
  const there = await readdir(folder).catch(() => []);
  if (there.length === 0) return;
  throw new CliError(
    "usage",
    `${folder} is not empty`,
    "Name another folder with --data-dir; to start a fork again: signalbox start --data-dir.",
  );
}

async function downloadTo(client: GatewayClient, { id, path }: { readonly id: string; readonly path: string }): Promise<void> {
  const file = await NewFile.open(path);
  const request = { method: "GET", path: `/v1/savepoints/${segment(id)}/file`, answers: ["application/vnd.sqlite3"] };
  const asked = async () => ({ checksum: await checksumOf(client, id), response: await client.send(request) });
  const { checksum, response } = await asked().catch(async (error: unknown) => {
    await file.discard();
    throw error;
  });
  await file.write(client.chunks(response), checksum);
}

/** Returns the checksum in the gateway's record; undefined when the gateway has forgotten the savepoint. */
async function checksumOf(client: GatewayClient, id: string): Promise<string | undefined> {
  const { savepoints: records } = (await client.record({ method: "GET", path: "/v1/savepoints" }, "savepoints")) as {
    readonly savepoints: readonly { readonly id: string; readonly checksum?: string | null }[];
  };
  return records.find((record) => record.id === id)?.checksum ?? undefined;
}
