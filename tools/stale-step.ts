/**
 * StaleStep: one thing that is made from sources (generated code, the console's build), and made again only when they change. A fingerprint
 * of the inputs' contents is kept in node_modules/.cache/signalbox; a step runs when the fingerprint differs or an output is missing. A
 * step that failed leaves no fingerprint, so it runs again.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

export const repositoryRoot = resolve(import.meta.dirname, "..");
const cacheFolder = join(repositoryRoot, "node_modules/.cache/signalbox");
const skippedNames = new Set(["node_modules", "gen", "generated", "test", "coverage", "next-env.d.ts"]);

export interface StaleStep {
  readonly name: string;
  /** Files and folders, relative to the root; those that do not exist count as absent. */
  readonly inputs: readonly string[];
  /** All of these must exist for the step to count as done. */
  readonly outputs: readonly string[];
  readonly command: readonly [string, ...string[]];
  readonly environment?: Readonly<Record<string, string>>;
  /** Folder to run in, relative to the root. */
  readonly folder?: string;
}

/** Runs the steps that are stale, in order. Rejects with the first failure: its name, its exit code, how to repeat it. */
export async function runStaleSteps(steps: readonly StaleStep[]): Promise<void> {
  for (const step of steps) {
    const fingerprint = fingerprintOf(step);
    if (isFresh(step, fingerprint)) continue;
    rmSync(stampPath(step), { force: true });
    console.log(`building: ${step.name}`);
    await runStep(step);
    const missing = step.outputs.filter((output) => !existsSync(join(repositoryRoot, output)));
    if (missing.length > 0) throw new Error(`step "${step.name}" ended well but did not make ${missing.join(", ")}`);
    mkdirSync(cacheFolder, { recursive: true });
    writeFileSync(stampPath(step), fingerprint);
  }
}

function stampPath(step: StaleStep): string {
  return join(cacheFolder, `${step.name.replaceAll(/[^a-z0-9]+/g, "-")}.fingerprint`);
}

function isFresh(step: StaleStep, fingerprint: string): boolean {
  if (step.outputs.some((output) => !existsSync(join(repositoryRoot, output)))) return false;
  const stamp = stampPath(step);
  return existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint;
}

function fingerprintOf(step: StaleStep): string {
  const hash = createHash("sha256");
  hash.update(JSON.stringify([step.command, step.environment ?? {}, process.versions.node]));
  for (const input of step.inputs) {
    for (const file of filesUnder(join(repositoryRoot, input))) {
      hash.update(`${relative(repositoryRoot, file)}\0`);
      hash.update(readFileSync(file));
    }
  }
  return hash.digest("hex");
}

function filesUnder(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (stat.isFile()) return [path];
  const names = readdirSync(path).filter((name) => !skippedNames.has(name) && !name.startsWith(".next"));
  return names.toSorted().flatMap((name) => filesUnder(join(path, name)));
}

function runStep(step: StaleStep): Promise<void> {
  const [program, ...parameters] = step.command;
  const child = spawn(program, parameters, {
    cwd: join(repositoryRoot, step.folder ?? "."),
    env: { ...process.env, ...step.environment },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const stop = (): void => {
    child.kill("SIGTERM");
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  return new Promise((done, failed) => {
    child.once("error", (error) => failed(new Error(`step "${step.name}" could not start ${program}: ${error.message}`)));
    child.once("exit", (code, signal) => {
      process.off("SIGTERM", stop);
      process.off("SIGINT", stop);
      if (code === 0) done();
      else failed(new Error(`step "${step.name}" failed (${signal ?? `exit code ${code}`}); to repeat it: ${step.command.join(" ")}`));
    });
  });
}
