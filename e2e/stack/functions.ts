/**
 * Functions: one process that serves functions with an unmodified SDK. It is told its port in PORT and is ready when it accepts
 * connections. It can be killed and started again on the same port, as an operator would.
 */
import { connect } from "node:net";
import { join } from "node:path";
import { repositoryRoot } from "../../tools/stale-step.ts";
import { Child, freePorts } from "./child.ts";
import { until } from "./until.ts";

export class Functions implements AsyncDisposable {
  readonly port: number;
  readonly #command: readonly [string, ...string[]];
  readonly #env: Record<string, string>;
  #child: Child | undefined;

  private constructor(command: readonly [string, ...string[]], port: number, env: Record<string, string>) {
    this.port = port;
    this.#command = command;
    this.#env = env;
  }

  /** `script` is relative to the root; `program` is this Node unless given (a venv's Python). */
  static async start(script: string, options: { program?: string; env?: Record<string, string> } = {}): Promise<Functions> {
    const functions = await Functions.notStarted(script, options);
    await functions.start();
    return functions;
  }

  /** A port that refuses connections until start() is called. */
  static async notStarted(script: string, options: { program?: string; env?: Record<string, string> } = {}): Promise<Functions> {
    const [port = 0] = await freePorts(1);
    return new Functions([options.program ?? process.execPath, join(repositoryRoot, script)], port, options.env ?? {});
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
    const child = new Child(`functions ${this.#command[1] ?? ""}`, this.#command, {
      cwd: repositoryRoot,
      env: { ...process.env, ...this.#env, PORT: String(this.port) },
    });
    this.#child = child;
    await until(() => !child.running || accepts(this.port), { what: `functions to listen on port ${this.port}`, timeoutMs: 20_000 });
    child.assertRunning();
  }

  async kill(): Promise<void> {
    await this.#child?.kill();
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

/** A module document that serves these functions from that process. */
export function endpointYaml(functions: string, url: string, more = ""): string {
  return `kind: io.statefun.endpoints.v2/http\nspec:\n  functions: ${functions}\n  urlPathTemplate: ${url}\n${more}`;
}
