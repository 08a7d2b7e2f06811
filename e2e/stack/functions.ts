/**
 * Functions: one process that serves functions with an unmodified SDK. It is told its port in PORT and is ready when it accepts
 * connections. It can be killed and started again on the same port, as an operator would.
 */
import { connect } from "node:net";
import { join } from "node:path";
import { repositoryRoot } from "../../tools/stale-step.ts";
import { Child, freePorts } from "./child.ts";
import { until } from "./until.ts";

export interface FunctionsOptions {
  /** The program; this Node when absent (a venv's Python otherwise). */
  readonly program?: string;
  /** Parameters before the script. */
  readonly args?: readonly string[];
  readonly env?: Record<string, string>;
  /** The port; any free one when absent. */
  readonly port?: number;
  readonly logFile?: string;
  /** The longest time until it accepts connections; 20 s when absent. */
  readonly startTimeoutMs?: number;
}

export class Functions implements AsyncDisposable {
  readonly port: number;
  readonly #command: readonly [string, ...string[]];
  readonly #options: FunctionsOptions;
  #child: Child | undefined;

  private constructor(command: readonly [string, ...string[]], port: number, options: FunctionsOptions) {
    this.port = port;
    this.#command = command;
    this.#options = options;
  }

  /** `script` is relative to the root. */
  static async start(script: string, options: FunctionsOptions = {}): Promise<Functions> {
    const functions = await Functions.notStarted(script, options);
    await functions.start();
    return functions;
  }

  /** The port refuses connections until start() is called. */
  static async notStarted(script: string, options: FunctionsOptions = {}): Promise<Functions> {
    const port = options.port ?? (await freePorts(1))[0] ?? 0;
    return new Functions([options.program ?? process.execPath, ...(options.args ?? []), join(repositoryRoot, script)], port, options);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/statefun`;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get output(): string {
    return this.#child?.output ?? "";
  }

  async start(): Promise<void> {
    const child = new Child(`functions ${this.#command.at(-1) ?? ""}`, this.#command, {
      cwd: repositoryRoot,
      env: { ...process.env, ...this.#options.env, PORT: String(this.port) },
      logFile: this.#options.logFile,
    });
    this.#child = child;
    await until(() => !child.running || accepts(this.port), {
      what: `functions to listen on port ${this.port}`,
      timeoutMs: this.#options.startTimeoutMs ?? 20_000,
    });
    child.assertRunning();
  }

  async kill(): Promise<void> {
    await this.#child?.kill();
  }

  /** Sends SIGSTOP or SIGCONT: the process hangs, and its connections stay. */
  signal(signal: NodeJS.Signals): void {
    this.#child?.signal(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      done(true);
    });
    socket.once("error", () => done(false));
  });
}

/** Returns a module document that serves these functions from that process. */
export function endpointYaml(functions: string, url: string, more = ""): string {
  return `kind: io.statefun.endpoints.v2/http\nspec:\n  functions: ${functions}\n  urlPathTemplate: ${url}\n${more}`;
}
