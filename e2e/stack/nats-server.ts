/**
 * NatsServer: a real nats-server with JetStream in a directory of its own, and a manager to make streams. NATS_SERVER_PROGRAM may
 * name it (find-program.ts).
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { Child, freePorts } from "./child.ts";
import { findProgram } from "./find-program.ts";
import { until } from "./until.ts";

const program = findProgram("nats-server", "NATS_SERVER_PROGRAM");

/** Returns undefined when there is one. */
export function whyNoNats(): string | undefined {
  return program === undefined
    ? "no nats-server: install Debian's nats-server, or go install github.com/nats-io/nats-server/v2"
    : undefined;
}

export class NatsServer implements AsyncDisposable {
  readonly port: number;
  readonly #folder: string;
  #child: Child;
  #connection: NatsConnection | undefined;

  private constructor(port: number, folder: string) {
    this.port = port;
    this.#folder = folder;
    this.#child = this.#spawn();
  }

  /** When users are given, only they may connect. */
  static async start(users: readonly { readonly user: string; readonly password: string }[] = []): Promise<NatsServer> {
    const [port = 0] = await freePorts(1);
    const folder = mkdtempSync(join(tmpdir(), "signalbox-nats-"));
    const own = users.map(({ user, password }) => `{user: ${user}, password: ${password}}`).join(", ");
    const authorization = own === "" ? "" : `authorization: {users: [${own}]}\n`;
    writeFileSync(join(folder, "server.conf"), `listen: "127.0.0.1:${port}"\njetstream: {store_dir: "${folder}/data"}\n${authorization}`);
    const server = new NatsServer(port, folder);
    await server.#connected(users[0]);
    return server;
  }

  get manager(): Promise<JetStreamManager> {
    return jetstreamManager(this.#required());
  }

  get client(): JetStreamClient {
    return jetstream(this.#required());
  }

  /** Kills it with kill -9, and starts it again with the same data. */
  async restart(): Promise<void> {
    await this.#connection?.close();
    await this.#child.kill();
    this.#child = this.#spawn();
    await this.#connected();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection?.close();
    await this.#child.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #spawn(): Child {
    if (program === undefined) throw new Error(whyNoNats());
    return new Child("nats-server", [program, "-c", join(this.#folder, "server.conf")], { env: process.env, cwd: this.#folder });
  }

  async #connected(user?: { readonly user: string; readonly password: string }): Promise<void> {
    const login = user === undefined ? {} : { user: user.user, pass: user.password };
    this.#connection = await until(
      () => {
        this.#child.assertRunning();
        return connect({ servers: `nats://127.0.0.1:${this.port}`, reconnect: false, ...login });
      },
      { what: "nats-server to answer", timeoutMs: 60_000 },
    );
  }

  #required(): NatsConnection {
    if (this.#connection === undefined) throw new Error("it is not started");
    return this.#connection;
  }
}
