/**
 * The process of one of the examples that are a service: prepares it (and reports each step as `preparing`), starts it at a free port,
 * reports its module.yaml with that port (`ready`) and after `go` sends it messages. It ends when the channel to the gateway closes, and
 * ends what it started. Neighbours: examples.ts lists the steps, demo-program.ts is the other end.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { neverUnheard } from "../../../listener/guarded-listener.ts";
import { accepts } from "../../../processes/accepts.ts";
import { freePort } from "../../../processes/free-port.ts";
import { killGroup } from "../../../processes/kill-group.ts";
import { demoMark } from "../demo-mark.ts";
import { exampleFolder, exampleNamed, examples, type PrepareStep } from "../examples.ts";
import { startExampleTraffic } from "./example-traffic.ts";

const connectEveryMs = 100;
const address = /http:\/\/127\.0\.0\.1:(\d+)\/statefun/;

let child: ChildProcess | undefined;
// Ends the whole process group, because a build starts further processes.
process.on("exit", () => {
  if (child?.pid !== undefined) killGroup(child.pid, "SIGKILL");
});
process.on("disconnect", () => process.exit(0));
process.on("SIGTERM", () => process.exit(0));
// A terminal's Ctrl+C reaches the whole process group; the gateway decides when the demo ends.
process.on("SIGINT", () => undefined);
process.once("message", (begin: Begin) => void start(begin).catch(fail));

interface Begin {
  readonly module?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const name = exampleNamed(process.argv[2]);

let environment: Readonly<Record<string, string>> = {};

async function start({ module: lastModule = "", env = {} }: Begin): Promise<void> {
  environment = env;
  if (name === undefined) throw new Error(`there is no example "${process.argv[2] ?? ""}"`);
  const { prepare, command, egress } = examples[name];
  for (const step of prepare) await prepared(step);
  // The port of last time, so that the module's text stays the same, unless it is taken.
  const port = await freePort(Number(address.exec(lastModule)?.[1] ?? 0)).catch(() => freePort());
  const functions = run(command, { PORT: String(port) });
  functions.once("exit", (code) => fail(new Error(`${command.join(" ")} ended with code ${code ?? "none"}`)));
  await listens(port);
  const yaml = readFileSync(join(exampleFolder(name), "module.yaml"), "utf8");
  const module = `${demoMark(name)}\n${yaml.replace(address, `http://127.0.0.1:${port}/statefun`)}`;
  process.send?.({ ready: { module, egresses: [egress] } });
  await new Promise((go) => process.once("message", go));
  startExampleTraffic(name, (message) => process.send?.({ message }));
}

async function prepared({ command, unless }: PrepareStep): Promise<void> {
  if (unless !== undefined && "file" in unless && existsSync(join(folder(), unless.file))) return;
  if (unless !== undefined && "command" in unless && (await ended(run(unless.command, {}, "ignore"))) === 0) return;
  process.send?.({ preparing: command.join(" ") });
  const code = await ended(run(command));
  if (code !== 0) throw new Error(`${command.join(" ")} ended with code ${code ?? "none"}`);
}

function folder(): string {
  if (name === undefined) throw new Error("there is no such example");
  return exampleFolder(name);
}

/** Its output goes to this process's error output, of which the gateway keeps the end. */
function run([program = "", ...parameters]: readonly string[], env: Record<string, string> = {}, said: "inherit" | "ignore" = "inherit") {
  const path = program.includes("/") && !program.startsWith("/") ? join(folder(), program) : program;
  // The protobuf of the official Python SDK is too old for the C interface of some Pythons; its pure Python version works on all.
  const all = { ...environment, PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION: "python", ...env };
  const stderr = said === "inherit" ? process.stderr : said;
  child = spawn(path, parameters, { cwd: folder(), env: all, stdio: ["ignore", stderr, stderr], detached: true });
  neverUnheard(child);
  child.on("error", fail);
  return child;
}

function ended(running: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => running.once("exit", resolve));
}

/** Waits without its own limit, because a model may be trained before it listens; the gateway has the limit. */
async function listens(port: number): Promise<void> {
  while (!(await accepts({ kind: "port", port }))) await delay(connectEveryMs);
}

function fail(error: Error): void {
  process.stderr.write(`${error.message}\n`, () => process.exit(1));
}
