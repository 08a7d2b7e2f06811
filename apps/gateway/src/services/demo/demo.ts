/**
 * Demo: the bundled example. Its functions are a real process that the gateway starts and ends; its module is applied like any other.
 * start() returns once the functions answer and the module is in force; stop() takes both away. A demo that ran when the gateway
 * stopped runs again when it starts: its module in the catalog says so.
 */
import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Engine } from "@signalbox/runtime";
import type { Principal } from "../../contract/principal.ts";
import type { ModulesInForce } from "../modules/modules-in-force.ts";
import type { IngressPort } from "../../flow/ingress-port.ts";
import { neverUnheard } from "../../listener/guarded-listener.ts";
import { GatewayError } from "../../contract/problem.ts";

export interface Demo {
  running(): boolean;
  /** The module is applied in the name of who asks. */
  start(principal: Principal): Promise<void>;
  stop(): Promise<void>;
  /** With the gateway: ends the process and keeps the module. */
  close(): Promise<void>;
}

export interface DemoOptions {
  readonly engine: Engine;
  readonly modules: ModulesInForce;
  readonly ingress: IngressPort;
  readonly warn: (message: string) => void;
}

export const demoModule = "demo";
const startTimeoutMs = 15_000;
const stopTimeoutMs = 500;

export function createDemo(options: DemoOptions): Demo {
  let child: ChildProcess | undefined;
  let traffic: AbortController | undefined;
  let turn: Promise<void> = Promise.resolve();

  /** Starts and stops follow one another, however fast they are asked for. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    turn = turn.catch(() => undefined).then(work);
    return turn;
  };

  const start = async (principal: Principal): Promise<void> => {
    if (child !== undefined) return;
    const started = await startProcess(await lastPort(options.modules));
    child = started.child;
    child.once("exit", (code) => {
      if (traffic !== undefined) options.warn(`the demo's functions ended by themselves (exit code ${code ?? "none"})`);
      traffic?.abort();
      traffic = undefined;
      child = undefined;
    });
    try {
      await applyOnce(options.modules, demoYaml(started.port), principal);
    } catch (error) {
      await end();
      throw error;
    }
    const { startTraffic } = await import("./traffic.ts");
    traffic = new AbortController();
    startTraffic({ engine: options.engine, ingress: options.ingress, signal: traffic.signal });
  };

  const end = async (): Promise<void> => {
    traffic?.abort();
    traffic = undefined;
    if (child !== undefined) await endProcess(child);
    child = undefined;
  };

  return {
    running: () => traffic !== undefined,
    start: (principal) => inTurn(() => start(principal)),
    stop: () =>
      inTurn(async () => {
        await end();
        if (options.modules.list().some((row) => row.name === demoModule)) await options.modules.remove(demoModule);
      }),
    close: () => inTurn(end),
  };
}

function demoYaml(port: number): string {
  return [
    "kind: io.statefun.endpoints.v2/http",
    "spec:",
    "  functions: shop/*",
    `  urlPathTemplate: http://127.0.0.1:${port}/`,
    "---",
    "kind: io.signalbox.v1/egress",
    "spec:",
    "  id: demo/receipts",
    "",
  ].join("\n");
}

/** The same port as last time keeps the module's text, and so its revision, the same. */
async function lastPort(modules: ModulesInForce): Promise<number> {
  if (!modules.list().some((row) => row.name === demoModule)) return 0;
  const port = /127\.0\.0\.1:(\d+)/.exec((await modules.get(demoModule)).yaml)?.[1];
  return port === undefined ? 0 : Number(port);
}

async function applyOnce(modules: ModulesInForce, yaml: string, principal: Principal): Promise<void> {
  const applied = modules.list().some((row) => row.name === demoModule) ? (await modules.get(demoModule)).yaml : undefined;
  if (applied !== yaml) await modules.apply(demoModule, yaml, principal);
}

async function startProcess(port: number): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(fileURLToPath(new URL("functions/main.ts", import.meta.url)), [String(port)], {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    execArgv: [],
  });
  neverUnheard(child);
  if (child.stderr !== null) neverUnheard(child.stderr);
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString("utf8")).slice(-2_000);
  });
  const started = Promise.withResolvers<number>();
  const fail = (why: string): void =>
    started.reject(
      new GatewayError("DEMO_FAILED", {
        detail: `The demo's functions did not start: ${why}. ${said}`.trim(),
        where: "demo",
        cure: "Look at the gateway's log, then start the demo again.",
      }),
    );
  child.once("error", (error) => fail(error.message));
  child.once("exit", (code) => fail(`the process ended with code ${code ?? "none"}`));
  child.once("message", (message) => {
    if (typeof message === "object" && message !== null && "port" in message && typeof message.port === "number")
      started.resolve(message.port);
  });
  const timer = setTimeout(() => fail(`no answer in ${startTimeoutMs} ms`), startTimeoutMs);
  try {
    return { child, port: await started.promise };
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const timer = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
  child.kill("SIGTERM");
  await ended;
  clearTimeout(timer);
}
