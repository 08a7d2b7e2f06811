/** signalbox start and dev as a person runs them: the gateway beside the command line, its end, and functions that change while it runs. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { repositoryRoot } from "../../tools/stale-step.ts";

let folder = "";
let functionsFolder = "";
let running: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-start-"));
  // The home contains only the gateway, because starting a whole checkout would build the console first.
  mkdirSync(join(folder, "home"));
  symlinkSync(join(repositoryRoot, "apps"), join(folder, "home/apps"));
  // In this folder the packages of the repository are found.
  mkdirSync(join(repositoryRoot, "test-results"), { recursive: true });
  functionsFolder = mkdtempSync(join(repositoryRoot, "test-results/dev-"));
});
afterEach(async () => {
  if (running?.exitCode === null) await ended(running, "SIGTERM");
  rmSync(folder, { recursive: true, force: true });
  rmSync(functionsFolder, { recursive: true, force: true });
});

function signalbox(...words: string[]): { child: ChildProcess; printed(): string } {
  const ports = ["--port", "0", "--grpc-port", "0", "--data-dir", join(folder, "data")];
  const environment = { ...process.env, SIGNALBOX_HOME: join(folder, "home"), SIGNALBOX_LOG_LEVEL: "silent" };
  const child = spawn(process.execPath, [join(repositoryRoot, "apps/cli/bin/signalbox.mjs"), ...words, ...ports], {
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  running = child;
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes: Buffer) => (printed += bytes.toString()));
  return { child, printed: () => printed };
}

async function urlIn(printed: () => string): Promise<string> {
  await expect.poll(printed).toContain("Signalbox runs at");
  return /http:\/\/[^\s,]+/.exec(printed())?.[0] ?? expect.unreachable();
}

function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  return new Promise((resolve) => {
    child.once("exit", (code) => resolve(code));
    child.kill(signal);
  });
}

function program(said: string): string {
  return [
    'import { entity, types } from "@signalbox/functions";',
    'import { serve } from "@signalbox/functions/node";',
    'const thing = entity("dev/thing", {',
    "  state: { said: types.string },",
    "  messages: { go: types.string },",
    `  on: { go(ctx) { ctx.state.said.set(${JSON.stringify(said)}); } },`,
    "});",
    "const serving = await serve([thing], { port: Number(process.env.PORT) });",
    'process.once("SIGTERM", () => void serving.close().then(() => process.exit(0)));',
    "",
  ].join("\n");
}

test("start runs the gateway until it is asked to end", async () => {
  const { child, printed } = signalbox("start", "--postgres-port", "0");
  const url = await urlIn(printed);
  expect(printed()).toContain("PostgreSQL on port");
  expect((await fetch(`${url}/health`)).status).toBe(200);
  expect(await ended(child, "SIGTERM")).toBe(0);
  await expect(fetch(`${url}/health`)).rejects.toThrow();
});

test("dev serves a file of functions, and its new content when the file changes", async () => {
  const file = join(functionsFolder, "functions.mjs");
  writeFileSync(file, program("one"));
  writeFileSync(join(functionsFolder, "module.yaml"), "kind: io.signalbox.v1/egress\nspec:\n  id: dev/out\n");
  const { child, printed } = signalbox("dev", file, "--functions", "dev/*", "--module", join(functionsFolder, "module.yaml"));
  const url = await urlIn(printed);
  const said = async (): Promise<string> => {
    await fetch(`${url}/v1/messages/dev/thing/a`, { method: "POST", body: "go" });
    return await (await fetch(`${url}/v1/entities/dev/thing/a`)).text();
  };
  await expect.poll(said).toContain("one");
  expect(await (await fetch(`${url}/v1/modules/dev`)).text()).toContain("dev/out");
  writeFileSync(file, "this is no program");
  await expect.poll(printed).toContain("PROCESS_ENDED_EARLY");
  await expect.poll(printed).toMatch(/this is no program[^]*What ran before goes on\./);
  expect(printed()).not.toContain("started anew (2)");
  expect(await said()).toContain("one");
  writeFileSync(file, program("two"));
  await expect.poll(said).toContain("two");
  await expect.poll(printed).toContain("started anew (3)");
  expect(await ended(child, "SIGTERM")).toBe(0);
}, 120_000);
