/** savepoints: taken, restored, brought in as a file and carried away as one. */
import type { Command } from "commander";
import { segment } from "../address.ts";
import type { GatewayClient } from "../call-gateway.ts";
import type { CommandContext } from "../command-context.ts";
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
    const file = await NewFile.open(path);
    const client = context.client(download);
    const request = { method: "GET", path: `/v1/savepoints/${segment(id)}/file`, answers: ["application/vnd.sqlite3"] };
    const response = await client.send(request).catch(async (error: unknown) => {
      await file.discard();
      throw error;
    });
    await file.write(client.chunks(response), await checksumOf(client, id));
    context.io.err(`${path} is written.\n`);
  });
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

/** As the gateway has it in its record; none of one that it has forgotten meanwhile. */
async function checksumOf(client: GatewayClient, id: string): Promise<string | undefined> {
  const { savepoints: records } = (await client.record({ method: "GET", path: "/v1/savepoints" }, "savepoints")) as {
    readonly savepoints: readonly { readonly id: string; readonly checksum?: string | null }[];
  };
  return records.find((record) => record.id === id)?.checksum ?? undefined;
}
