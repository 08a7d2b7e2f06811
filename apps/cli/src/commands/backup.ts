/** backup: made by the gateway while it runs, carried away, and compared with the checksum that the gateway told. */
import type { Command } from "commander";
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
    const taken = (await client.json({ method: "POST", path: "/v1/backups", body: "{}", contentType: "application/json" })) as Taken;
    const path = `/v1/backups/${encodeURIComponent(taken.id)}`;
    const { body } = await client.send({ method: "GET", path: `${path}/file` });
    writing = true;
    await file.write(body, taken.checksum);
    if (command.opts<{ keep?: boolean }>().keep !== true) await client.send({ method: "DELETE", path });
    return taken;
  } finally {
    if (!writing) await file.discard();
  }
}
