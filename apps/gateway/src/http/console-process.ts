/**
 * ConsoleProcess: the built console in a process of its own, begun by the first page that somebody asks for and ended when nobody has
 * for a while: an idle gateway does without its memory. Requests are handed on over a socket that only this user may open.
 * Neighbours: console-main.mjs is the other side; console.ts decides whether there is one.
 * Guarantee: a console that fails to start or dies costs its own pages only, which say so; the next request begins another.
 */
import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import type { Agent, IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeHttp } from "./node-http.ts";

const idleMsMax = 15 * 60_000;
const startMsMax = 60_000;
const stopMsMax = 500;
const outputCharactersMax = 4096;

export interface ConsoleProcessOptions {
  readonly folder: string;
  readonly hostname: string;
  readonly port: number;
  /** Tests: a shorter idle time, another program than console-main.mjs. */
  readonly idleMs?: number;
  readonly program?: URL;
}

interface Running {
  readonly child: ChildProcess;
  readonly directory: string;
  readonly socketPath: string;
  readonly agent: Agent;
  readonly ended: Promise<void>;
}

export class ConsoleProcess {
  readonly #options: ConsoleProcessOptions;
  #running: Promise<Running> | undefined;
  #current: Running | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  /** Not ready yet: a close does not wait for it. */
  #starting: ChildProcess | undefined;
  #requests = 0;
  #closed = false;

  constructor(options: ConsoleProcessOptions) {
    this.#options = options;
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    if (this.#closed) return fail(response, 503, "The gateway is stopping.\n");
    this.#requests++;
    clearTimeout(this.#idleTimer);
    response.once("close", () => {
      this.#requests--;
      if (this.#requests === 0) this.#waitForIdle();
    });
    this.#running ??= this.#start();
    this.#running.then(
      (running) => forward({ request, response, running, onBroken: () => this.#giveUp(running) }),
      (error: unknown) => fail(response, 502, `The console did not start: ${error instanceof Error ? error.message : String(error)}\n`),
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idleTimer);
    if (this.#current === undefined) this.#starting?.kill("SIGKILL");
    const running = await this.#running?.catch(() => undefined);
    if (running !== undefined) await stop(running);
  }

  #waitForIdle(): void {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => {
      const running = this.#running;
      this.#forget();
      running?.then(stop).catch(() => undefined);
    }, this.#options.idleMs ?? idleMsMax);
    this.#idleTimer.unref();
  }

  async #start(): Promise<Running> {
    try {
      const running = await start(this.#options, (child) => {
        this.#starting = child;
      });
      this.#starting = undefined;
      this.#current = running;
      running.child.once("exit", () => {
        if (this.#current === running) this.#forget();
      });
      return running;
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  /** The next request begins another, at once: the news that the process has ended may still be on its way. */
  #giveUp(running: Running): void {
    if (this.#current === running) this.#forget();
    running.child.kill("SIGKILL");
  }

  #forget(): void {
    this.#running = undefined;
    this.#current = undefined;
  }
}

function start(options: ConsoleProcessOptions, begun: (child: ChildProcess) => void): Promise<Running> {
  const { folder, hostname, port, program } = options;
  const directory = mkdtempSync(join(tmpdir(), "signalbox-console-"));
  const socketPath = join(directory, "console.sock");
  const child = fork(fileURLToPath(program ?? new URL("console-main.mjs", import.meta.url)), [socketPath, folder, hostname, String(port)], {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  begun(child);
  let output = "";
  child.stderr?.on("data", (data: Buffer) => {
    output = (output + data.toString("utf8")).slice(-outputCharactersMax);
  });
  const ended = new Promise<void>((done) => {
    child.once("exit", () => {
      rmSync(directory, { recursive: true, force: true });
      done();
    });
  });
  return new Promise((ready, failed) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), startMsMax);
    child.once("error", failed);
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      failed(new Error(`its process ended with ${String(signal ?? code)}${output === "" ? "" : `: ${output.trim()}`}`));
    });
    child.once("message", () => {
      clearTimeout(timer);
      ready({ child, directory, socketPath, agent: new nodeHttp.Agent({ keepAlive: true }), ended });
    });
  });
}

/** It renders pages and keeps nothing: one that does not end when told to is killed. */
async function stop(running: Running): Promise<void> {
  running.agent.destroy();
  const timer = setTimeout(() => running.child.kill("SIGKILL"), stopMsMax);
  running.child.kill("SIGTERM");
  await running.ended;
  clearTimeout(timer);
}

interface Forwarding {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly running: Running;
  readonly onBroken: () => void;
}

/** As it came, both ways; the gateway has checked the origin already. */
function forward({ request, response, running, onBroken }: Forwarding): void {
  if (response.destroyed) return;
  const { url: path, method, headers } = request;
  const { socketPath, agent } = running;
  const outgoing = nodeHttp.request({ socketPath, agent, path, method, headers }, (incoming) => {
    response.writeHead(incoming.statusCode ?? 502, incoming.rawHeaders);
    incoming.pipe(response);
    incoming.once("error", () => response.destroy());
  });
  outgoing.once("error", () => {
    if (response.destroyed) return;
    onBroken();
    fail(response, 502, "The console stopped while it rendered this page; load it again.\n");
  });
  response.once("close", () => {
    if (!response.writableFinished) outgoing.destroy();
  });
  request.pipe(outgoing);
}

function fail(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", "content-length": Buffer.byteLength(text) });
  response.end(text);
}
