/**
 * CrashStack: the processes of a crash run and the faulty links between them.
 *
 *   HTTP senders, consumers ──link──► gateway ──link──► interpreter.ts (JavaScript SDK)
 *   Publish senders ─────────link──►         └────────► interpreter.py (Python SDK, when its venv is there)
 *
 * One link leads to both function processes, so every entity is served now by one language, now by the other.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "../../tools/stale-step.ts";
import { smokeNames } from "../functions/smoke-commands.ts";
import { Child, freePortsFrom } from "../stack/child.ts";
import { FaultLink } from "../stack/fault-link.ts";
import { Functions } from "../stack/functions.ts";
import { Gateway } from "../stack/gateway.ts";
import type { Plant } from "./workload.ts";

const firstPort = 21_000;
const sinks = [smokeNames.discardSink, smokeNames.verificationSink, smokeNames.sequenceSink] as const;
/** Many of the smoke test's modules say 10000; changes of the module switch to this number and back. */
export const batchMessagesMax = 500;
export type Sink = (typeof sinks)[number];

/** A stopped process answers later than `read` allows; a call may fail for a while before its entity is given up. */
const endpoint = (functions: string, port: number, batchMessages: number): string => `---
kind: io.statefun.endpoints.v2/http
spec:
  functions: ${functions}
  urlPathTemplate: http://127.0.0.1:${port}/statefun
  maxNumBatchRequests: ${batchMessages}
  transport: { type: io.statefun.transports.v1/okhttp, timeouts: { call: 2min, connect: 5s, read: 4s, write: 10s } }
`;
const egress = (id: string): string => `---\nkind: io.signalbox.v1/egress\nspec:\n  id: ${id}\n`;

/** Outages are short here, so the gateway probes at least once a second. */
const settings = { SIGNALBOX_BREAKER_PROBE_MAX_MS: "1000", SIGNALBOX_BACKOFF_MAX_MS: "1000" };

export class Consumer {
  readonly file: string;
  readonly #parameters: readonly string[];
  readonly #logFile: string;
  #child: Child | undefined;

  constructor(directory: string, parameters: { url: string; sink: Sink; plant: Plant | undefined }) {
    const name = parameters.sink.slice(parameters.sink.indexOf("/") + 1);
    this.file = join(directory, `${name}.jsonl`);
    this.#logFile = join(directory, `${name}-consumer.log`);
    this.#parameters = [parameters.url, this.file, parameters.sink, parameters.plant ?? ""];
  }

  start(): void {
    const script = join(import.meta.dirname, "egress-consumer-process.ts");
    const options = { cwd: repositoryRoot, env: process.env, logFile: this.#logFile };
    this.#child = new Child("consumer", [process.execPath, script, ...this.#parameters], options);
  }

  async kill(): Promise<void> {
    await this.#child?.kill();
  }

  /** Returns what the consumer has written. */
  text(): string {
    return existsSync(this.file) ? readFileSync(this.file, "utf8") : "";
  }
}

export class CrashStack implements AsyncDisposable {
  readonly directory: string;
  readonly gateway: Gateway;
  /** The JavaScript process first, then the Python one. */
  readonly functions: readonly Functions[];
  readonly links: { readonly functions: FaultLink; readonly http: FaultLink; readonly grpc: FaultLink };
  readonly consumers: ReadonlyMap<Sink, Consumer>;
  #keep = false;

  private constructor(parts: Pick<CrashStack, "directory" | "gateway" | "functions" | "links" | "consumers">) {
    this.directory = parts.directory;
    this.gateway = parts.gateway;
    this.functions = parts.functions;
    this.links = parts.links;
    this.consumers = parts.consumers;
  }

  static async start(options: { random: () => number; plant: Plant | undefined }): Promise<CrashStack> {
    const { random, plant } = options;
    const directory = mkdtempSync(join(tmpdir(), "signalbox-crash-"));
    const [http = 0, grpc = 0, js = 0, py = 0, functionLink = 0, httpLink = 0, grpcLink = 0] = await freePortsFrom(
      firstPort + (process.pid % 90) * 10,
      7,
    );
    await using starting = new AsyncDisposableStack();
    const functions = [starting.use(await Functions.start("e2e/functions/interpreter.ts", { port: js, logFile: log(directory, "js") }))];
    if (existsSync(python)) {
      const env = { PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION: "python" };
      const more = { program: python, env, port: py, logFile: log(directory, "python") };
      functions.push(starting.use(await Functions.start("e2e/functions/interpreter.py", more)));
    }
    const targets = functions.map((each) => each.port);
    const links = {
      functions: starting.use(await FaultLink.open(functionLink, targets, random)),
      http: starting.use(await FaultLink.open(httpLink, [http], random)),
      grpc: starting.use(await FaultLink.open(grpcLink, [grpc], random)),
    };
    const dataDir = join(directory, "data");
    mkdirSync(dataDir);
    const place = { ports: { http, grpc }, dataDir, logFile: log(directory, "gateway") };
    const gateway = starting.use(await Gateway.start(settings, place));
    const url = `http://127.0.0.1:${httpLink}`;
    // One consumer loses a record when that is planted.
    const consumers = new Map(
      sinks.map((sink) => {
        const own = sink === smokeNames.sequenceSink ? plant : undefined;
        return [sink, new Consumer(directory, { url, sink, plant: own })] as const;
      }),
    );
    const stack = new CrashStack({ directory, gateway, functions, links, consumers });
    await stack.applyModule(batchMessagesMax);
    for (const consumer of consumers.values()) consumer.start();
    starting.move();
    return stack;
  }

  async applyModule(batchMessages: number): Promise<void> {
    const { port } = this.links.functions;
    const endpoints = ["statefun.smoke.e2e/*", "signalbox.crash/*"].map((functions) => endpoint(functions, port, batchMessages));
    await this.gateway.api.applyModule("smoke", [...endpoints, ...sinks.map(egress)].join(""));
  }

  /** Keeps the directory: data, what the consumers wrote, and every process's log. */
  keep(): void {
    this.#keep = true;
  }

  /** Makes all processes run and all links work again. */
  async heal(): Promise<void> {
    for (const link of Object.values(this.links)) await link.set({ kind: "none" });
    this.gateway.signal("SIGCONT");
    for (const each of this.functions) each.signal("SIGCONT");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const each of [...this.consumers.values(), this.gateway, ...this.functions]) await each.kill();
    for (const link of Object.values(this.links)) await link[Symbol.asyncDispose]();
    if (!this.#keep) rmSync(this.directory, { recursive: true, force: true });
  }
}

const python = process.env["SIGNALBOX_TEST_PYTHON"] ?? join(repositoryRoot, "examples/greeter-python/.venv/bin/python");

function log(directory: string, name: string): string {
  return join(directory, `${name}.log`);
}
