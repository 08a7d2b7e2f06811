/**
 * bootstrap upload: uploads a file of data for a bootstrap's SQL. The command that runs the SQL is derived.
 */
import { basename } from "node:path";
import type { Command } from "commander";
import { segment } from "../address.ts";
import type { CommandContext } from "../command-context.ts";
import { fileBytes } from "./body-of.ts";

export function addBootstrap(bootstrap: Command, context: CommandContext): void {
  const upload = bootstrap
    .command("upload")
    .description("Lay a file of data beside the gateway, under its own name or another")
    .argument("<file>")
    .argument("[name]");
  upload.action(async (file: string, name: string | undefined) => {
    const path = `/v1/bootstrap/files/${segment(name ?? basename(file))}`;
    await context.run(upload, { method: "PUT", path, body: await fileBytes(file), contentType: "application/octet-stream" });
  });
}
