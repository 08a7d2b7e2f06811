/**
 * backup: has the gateway make a backup while it runs, downloads it, and compares it with the checksum that the gateway gave.
 */
import type { Command } from "commander";
import { segment } from "../address.ts";
import type { GatewayClient } from "../call-gateway.ts";
import type { CommandContext } from "../command-context.ts";
import { NewFile } from "../output/new-file.ts";

interface Taken {
  readonly id: string;
  readonly checksum: string;
  readonly catalog: "inside" | "elsewhere";
}

export function addBackup(program: Command, context: CommandContext): void {
  const backup = program
    .command("backup")
    .description("Make a backup while everything runs, and write it to a file (docs/backup.md)")
    .argument("<file>")
    .option("--keep", "leave it in the gateway's data directory too");
  backup.action(async (path: string) => {
    const file = await NewFile.open(path);
    const taken = await fetchBackup(file, context, backup);
    context.print(backup, { ...taken, file: path });
    if (taken.catalog === "elsewhere")
      context.io.err("Modules and people are in PostgreSQL and not in this file: back that up with its own tools.\n");
  });
}

async function fetchBackup(file: NewFile, context: CommandContext, command: Command): Promise<Taken> {
  const client = context.client(command);
  let writing = false;
  try {
    const asked = { method: "POST", path: "/v1/backups", body: "{}", contentType: "application/json" };
    const taken = (await client.record(asked, "id", "checksum", "catalog")) as Taken;
    const path = `/v1/backups/${segment(taken.id)}`;
    try {
      const response = await client.send({ method: "GET", path: `${path}/file`, answers: ["application/vnd.sqlite3"] });
      writing = true;
      await file.write(client.chunks(response), taken.checksum);
    } finally {
      // Also when it did not come or cannot be written: it holds everybody's state, and nobody would look for it there.
      if (command.opts<{ keep?: boolean }>().keep !== true) await removeThere(context, client, path);
    }
    return taken;
  } finally {
    if (!writing) await file.discard();
  }
}

/** A backup that stays is told, and does not make a failure of one that was fetched, or hide why one was not. */
async function removeThere(context: CommandContext, client: GatewayClient, path: string): Promise<void> {
  try {
    await client.send({ method: "DELETE", path });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    context.io.err(`The gateway still holds the backup in its data directory (DELETE ${path}: ${why}).\n`);
  }
}
