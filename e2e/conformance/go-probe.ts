/**
 * The probe on the official Go SDK (e2e/functions/go-probe), over HTTP or, with TRANSPORT=grpc, behind grpc-go: how it is built, and why it
 * is not where it cannot be. Neighbours: sdk.test.ts and wire.test.ts run it.
 */
import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { repositoryRoot } from "../../tools/stale-step.ts";

const run = promisify(execFile);
const folder = join(repositoryRoot, "e2e/functions/go-probe");

export const goProbe = join(folder, "target/probe");
/** Undefined when it can be built. */
export const noGo = spawnSync("go", ["version"]).status === 0 ? undefined : "`go version` does not run (https://go.dev/dl brings it)";

/** Builds the probe, which fetches and compiles its dependencies once. */
export async function buildGoProbe(): Promise<void> {
  await run("go", ["build", "-o", "target/probe", "."], { cwd: folder });
}
