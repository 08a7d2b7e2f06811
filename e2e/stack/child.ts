/**
 * Child: a real process of ours under test. It keeps the output for the error message, and waits for the end.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { createServer, type Server } from "node:net";

const outputCharactersMax = 64 * 1024;

export interface ChildOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** A file to which all of its output is appended too. */
  readonly logFile?: string | undefined;
}

export class Child {
  readonly name: string;
  output = "";
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;

  constructor(name: string, command: readonly [string, ...string[]], options: ChildOptions) {
    this.name = name;
    const [program, ...parameters] = command;
    const { env, cwd, logFile } = options;
    this.#process = spawn(program, parameters, { env, cwd, stdio: ["ignore", "pipe", "pipe"] });
    const keep = (data: Buffer): void => {
      if (logFile !== undefined) appendFileSync(logFile, data);
      this.output = (this.output + data.toString("utf8")).slice(-outputCharactersMax);
    };
    this.#process.stdout?.on("data", keep);
    this.#process.stderr?.on("data", keep);
    this.#ended = new Promise((done) => {
      this.#process.once("error", (error) => {
        this.output += `\n${error.message}`;
        done();
      });
      this.#process.once("exit", () => done());
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get exitCode(): number | null {
    return this.#process.exitCode;
  }

  get running(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null && this.#process.pid !== undefined;
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  ended(): Promise<void> {
    return this.#ended;
  }

  /** Kills it with kill -9 and waits for the end. */
  async kill(): Promise<void> {
    if (!this.running) return;
    this.#process.kill("SIGKILL");
    await this.#ended;
  }

  /** Throws with the output when the process is gone although somebody waits for it. */
  assertRunning(): void {
    if (!this.running) throw new Error(`${this.name} ended (${this.#process.signalCode ?? this.#process.exitCode}):\n${this.output}`);
  }
}

/** Returns ports that were free a moment ago, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listening(0)));
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("a listening TCP server has a port");
    return address.port;
  });
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

/**
 * Returns free ports from `first` upwards. Outside of the range that the system gives to outgoing connections they stay free while a
 * process that listens on one is killed and started again.
 */
export async function freePortsFrom(first: number, count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let port = first; ports.length < count; port++) {
    if (port >= first + 1000) throw new Error(`no ${count} free ports from ${first} to ${port - 1}`);
    const server = await listening(port).catch(() => undefined);
    if (server === undefined) continue;
    ports.push(port);
    await new Promise((done) => server.close(done));
  }
  return ports;
}

function listening(port: number): Promise<Server> {
  const server = createServer();
  return new Promise((done, failed) => {
    server.once("error", failed);
    server.listen(port, "127.0.0.1", () => done(server));
  });
}
