/**
 * installRival: a rival's packages live in a folder of their own under bench/rivals and are installed when the bench first needs them, so
 * that Signalbox's own `npm install` never fetches them. When that fails, the table says so and the run continues.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { NotAvailable } from "../job.ts";

export function installRival(name: string): string {
  const folder = join(import.meta.dirname, name);
  if (existsSync(join(folder, "node_modules", ".package-lock.json"))) return folder;
  // Prebuilt binaries come inside the packages, so no script has to run at installation.
  const command = ["install", "--ignore-scripts", "--prefix", folder];
  console.error(`installing the rival: npm ${command.join(" ")}`);
  const result = spawnSync("npm", command, { cwd: folder, encoding: "utf8", timeout: 300_000 });
  if (result.status !== 0) {
    const said = result.stderr?.split("\n").find((line) => line.startsWith("npm error"));
    const why = said ?? result.error?.message ?? `npm ended with ${result.status}`;
    throw new NotAvailable(`${name} could not be installed (npm install --prefix bench/rivals/${name}): ${why}`);
  }
  return folder;
}
