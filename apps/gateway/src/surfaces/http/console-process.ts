/**
 * ConsoleProcess: runs the built console in a process of its own. The first request for a page starts it and it ends when nobody has asked
 * for a while, so an idle gateway does not need its memory. Requests are forwarded over a socket that only this user may open. Neighbours:
 * console-main.mjs is the other side; console.ts decides whether there is one. Guarantee: when the console fails to start or dies, only its
 * pages fail, with a message; the next request starts another one.
 */
import { fork, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import type { Agent, IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { consoleBuildFolder, withBasePath } from "../../listener/base-path.ts";
import { neverUnheard } from "../../listener/guarded-listener.ts";
import { nodeHttp } from "../../listener/node-http.ts";
import { newNonce, pagePolicy } from "./page-policy.ts";
import { notFoundPath, readPrerenderedScripts, type PrerenderedScripts } from "./prerendered-scripts.ts";

const idleMsMax = 15 * 60_000;
const startMsMax = 60_000;
const stopMsMax = 500;
const outputCharactersMax = 4096;
/** Longer than any page takes. After this time the console counts as hanging, and another one is started. */
const answerMsMax = 60_000;
/** The headers that pages need. Others are not forwarded: the renderer has no use for them, and uses some names itself. */
const headersHandedOn = [
  "accept",
  "accept-encoding",
  "accept-language",
  "cookie",
  "if-modified-since",
  "if-none-match",
  "next-router-prefetch",
  "next-router-segment-prefetch",
  "next-router-state-tree",
  "next-url",
  "range",
  "rsc",
  "user-agent",
] as const;
const hashedFiles = "/_next/static/";
/** A file that runs as a worker brings its own policy. */
const workerPolicy = pagePolicy([]);

export interface ConsoleProcessOptions {
  readonly folder: string;
  readonly hostname: string;
  readonly port: number;
  /** The base path of the build that is served; "" or absent: none. */
  readonly basePath?: string;
  /** For tests: a shorter idle time, and another program than console-main.mjs. */
  readonly idleMs?: number;
  readonly program?: URL;
}

interface Running {
  readonly child: ChildProcess;
  readonly directory: string;
  readonly socketPath: string;
  readonly agent: Agent;
  readonly scripts: PrerenderedScripts;
  readonly ended: Promise<void>;
  /** Set after a broken connection: settles when the process has proved that it lives, or has ended. */
  proof: Promise<void> | undefined;
}

export class ConsoleProcess {
  readonly #options: ConsoleProcessOptions;
  readonly #authority: string;
  #running: Promise<Running> | undefined;
  #current: Running | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  /** The process that is not ready yet; a close does not wait for it. */
  #starting: ChildProcess | undefined;
  #requests = 0;
  #closed = false;

  constructor(options: ConsoleProcessOptions) {
    this.#options = options;
    const { hostname, port } = options;
    this.#authority = `${hostname.includes(":") && !hostname.startsWith("[") ? `[${hostname}]` : hostname}:${port}`;
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    if (request.method !== "GET" && request.method !== "HEAD") return fail(response, 405, "Pages take GET.\n");
    if (this.#closed) return fail(response, 503, "The gateway is stopping.\n");
    this.#requests++;
    clearTimeout(this.#idleTimer);
    response.once("close", () => {
      this.#requests--;
      if (this.#requests === 0) this.#waitForIdle();
    });
    this.#hand(request, response).catch((error: unknown) => fail(response, 502, `The console did not start: ${textOf(error)}\n`));
  }

  async #hand(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // After a broken connection the console must first prove that it lives.
    while (this.#current?.proof !== undefined) await this.#current.proof;
    if (this.#closed) return fail(response, 503, "The gateway is stopping.\n");
    this.#running ??= this.#start();
    const running = await this.#running;
    const { basePath = "" } = this.#options;
    forward({ request, response, running, basePath, authority: this.#authority, onBroken: () => this.#prove(running) });
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

  /**
   * A broken connection may mean that the process has ended (the event comes later), or only that one page failed. So the process is asked;
   * if it does not answer it is ended.
   */
  #prove(running: Running): void {
    if (this.#current !== running || running.proof !== undefined) return;
    running.proof = isAlive(running).then((alive) => {
      running.proof = undefined;
      if (alive) return;
      if (this.#current === running) this.#forget();
      running.child.kill("SIGKILL");
    });
  }

  #forget(): void {
    this.#running = undefined;
    this.#current = undefined;
  }
}

function start(options: ConsoleProcessOptions, begun: (child: ChildProcess) => void): Promise<Running> {
  const { folder, hostname, port, basePath = "", program } = options;
  const scripts = readPrerenderedScripts(join(folder, consoleBuildFolder(basePath)));
  const directory = mkdtempSync(join(tmpdir(), "signalbox-console-"));
  const socketPath = join(directory, "console.sock");
  const child = fork(fileURLToPath(program ?? new URL("console-main.mjs", import.meta.url)), [socketPath, folder, hostname, String(port)], {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  begun(child);
  neverUnheard(child);
  let output = "";
  if (child.stderr !== null) neverUnheard(child.stderr);
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
      const agent = new nodeHttp.Agent({ keepAlive: true });
      scripts.then((read) => ready({ child, directory, socketPath, scripts: read, agent, ended, proof: undefined }), failed);
    });
  });
}

/** Asks the process itself: its answer comes from its event loop, as pages do. */
function isAlive({ child, ended }: Running): Promise<boolean> {
  return new Promise((told) => {
    const timer = setTimeout(() => told(false), answerMsMax);
    const tell = (alive: boolean): void => {
      clearTimeout(timer);
      told(alive);
    };
    child.once("message", () => tell(true));
    ended.then(
      () => tell(false),
      () => tell(false),
    );
    child.send("alive?", (error) => {
      if (error !== null) tell(false);
    });
  });
}

/** The process keeps nothing, so it is killed when it does not end by itself. */
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
  readonly basePath: string;
  readonly authority: string;
  readonly onBroken: () => void;
  /** Over a connection of its own. */
  readonly fresh?: boolean;
}

/** Forwards the path and the headers that pages need; status, headers and bytes come back. The gateway has already checked the caller. */
function forward(forwarding: Forwarding): void {
  const { request, response, running, basePath, authority, onBroken, fresh = false } = forwarding;
  if (response.destroyed) return;
  const { url: path = "/", method } = request;
  const { socketPath, scripts } = running;
  const agent = fresh ? false : running.agent;
  const nonce = newNonce();
  const headers = { ...handedOn(request.headers), host: authority, "content-security-policy": pagePolicy([`nonce-${nonce}`]) };
  const outgoing = nodeHttp.request({ socketPath, agent, path: withBasePath(path, basePath), method, headers }, (incoming) => {
    neverUnheard(incoming);
    try {
      response.writeHead(incoming.statusCode ?? 502, pageHeaders(incoming, { path, nonce, scripts }));
    } catch {
      outgoing.destroy();
      return fail(response, 502, "The console gave no answer that can be passed on.\n");
    }
    incoming.pipe(response);
    incoming.once("close", () => {
      if (!incoming.complete) response.destroy();
    });
  });
  let late = false;
  outgoing.setTimeout(answerMsMax, () => {
    late = true;
    outgoing.destroy();
  });
  outgoing.on("error", () => {
    if (response.destroyed) return;
    // A kept connection may close just as it is used again, and without a script the page stays empty. Repeating a read is harmless.
    if (outgoing.reusedSocket && !late && !response.headersSent) return forward({ ...forwarding, fresh: true });
    onBroken();
    fail(response, 502, "The console stopped while it rendered this page; load it again.\n");
  });
  response.once("close", () => {
    if (!response.writableFinished) outgoing.destroy();
  });
  request.resume();
  outgoing.end();
}

function handedOn(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(headersHandedOn.map((name) => [name, headers[name]] as const).filter(([, value]) => value !== undefined));
}

/** Takes the headers of the renderer that describe the content, and adds those that say who may keep and frame it. */
function pageHeaders(incoming: IncomingMessage, page: { path: string; nonce: string; scripts: PrerenderedScripts }): OutgoingHttpHeaders {
  const { connection: _connection, "keep-alive": _keepAlive, "transfer-encoding": _transfer, ...kept } = incoming.headers;
  if (page.path.startsWith(hashedFiles) && incoming.statusCode === 200)
    return { ...kept, "cache-control": "public, max-age=31536000, immutable", "content-security-policy": workerPolicy };
  const path = page.path.split("?", 1)[0] ?? "/";
  const prerendered = page.scripts.byPath.get(incoming.statusCode === 404 ? notFoundPath : path) ?? page.scripts.common;
  return {
    ...kept,
    "cache-control": "no-store",
    "content-security-policy": pagePolicy([`nonce-${page.nonce}`, ...prerendered]),
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function fail(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", "content-length": Buffer.byteLength(text) });
  response.end(text);
}
