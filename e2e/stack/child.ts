/**
 * Child: a real process of ours under test, with its output kept for the error message, and its end awaited.
 * It holds no port and no file by itself; gateway.ts and functions.ts give it meaning.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";

const outputCharactersMax = 64 * 1024;

export class Child {
  readonly name: string;
  output = "";
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;

  constructor(name: string, command: readonly [string, ...string[]], options: { env: NodeJS.ProcessEnv; cwd: string }) {
    this.name = name;
    const [program, ...parameters] = command;
    this.#process = spawn(program, parameters, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    const keep = (data: Buffer): void => {
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

  /** kill -9 and wait for the end. */
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

/** Ports that were free a moment ago, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise<typeof server>((done, failed) => {
        server.once("error", failed);
        server.listen(0, "127.0.0.1", () => done(server));
      });
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("a listening TCP server has a port");
    return address.port;
  });
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}
