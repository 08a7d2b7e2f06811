/**
 * DevFunctions: registers a file of functions as a module, and again whenever something in its folder changes: the gateway starts the new
 * process beside the old one and calls it once it listens, so no message under way is lost. Neighbour: commands/start.ts.
 */
import { existsSync, watch } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { GatewayClient } from "./call-gateway.ts";
import { CliError } from "./exit-codes.ts";
import { newestProcess, whyNotUp } from "./dev-problem.ts";
import type { Io } from "./io.ts";

export interface DevOptions {
  readonly file: string;
  readonly functions: string;
  readonly module: string | undefined;
}

const devModule = "dev";
/** An editor writes a file in several steps, so a change counts only after this pause. */
const settledMs = 100;
const passedOver = /(^|[\\/])(node_modules|\.git|\.signalbox)([\\/]|$)|~$|\.swp$/;

export class DevFunctions {
  readonly #options: DevOptions;
  #revision = 0;

  private constructor(options: DevOptions) {
    this.#options = options;
  }

  static async read(options: DevOptions): Promise<DevFunctions> {
    for (const path of [options.file, options.module])
      if (path !== undefined && !existsSync(path)) throw new CliError("usage", `there is no file ${path}`);
    const functions = new DevFunctions({ ...options, file: resolve(options.file) });
    await functions.yaml();
    return functions;
  }

  /** Registers it now and after each change, until the command or the gateway is ended. */
  async keep(client: GatewayClient, { io, over }: { io: Io; over: AbortSignal | undefined }): Promise<void> {
    const ending = over === undefined ? io.signal : AbortSignal.any([io.signal, over]);
    let wake: (() => void) | undefined;
    let changed = false;
    const watcher = watch(dirname(this.#options.file), { recursive: true }, (_event, name) => {
      if (name !== null && passedOver.test(name)) return;
      changed = true;
      wake?.();
    });
    watcher.on("error", (error) => io.err(`changes are not seen any more: ${error.message}\n`));
    ending.addEventListener("abort", () => wake?.(), { once: true });
    const isStale = (): boolean => changed || ending.aborted;
    try {
      await this.#register(client, { io, isStale });
      while (!ending.aborted) {
        if (!changed)
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        if (ending.aborted) return;
        await delay(settledMs);
        changed = false;
        await this.#register(client, { io, isStale });
      }
    } finally {
      watcher.close();
    }
  }

  /** A new revision number is enough to make the gateway start a new process. */
  async yaml(): Promise<string> {
    const { file, functions, module } = this.#options;
    const endpoint = [
      "kind: io.signalbox.endpoints.v1/process",
      "spec:",
      `  functions: ${JSON.stringify(functions)}`,
      `  command: ${JSON.stringify([process.execPath, file])}`,
      `  cwd: ${JSON.stringify(dirname(file))}`,
      "  listen: port",
      "  env:",
      `    - SIGNALBOX_DEV_REVISION: ${JSON.stringify(String(this.#revision))}`,
    ];
    const rest = module === undefined ? "" : `---\n${await readFile(module, "utf8")}`;
    return `${endpoint.join("\n")}\n${rest}`;
  }

  /** Prints what the gateway objects to; the next change tries again. */
  async #register(client: GatewayClient, { io, isStale }: { io: Io; isStale: () => boolean }): Promise<void> {
    this.#revision++;
    try {
      const body = await this.yaml();
      const before = await newestProcess(client, this.#options.functions);
      await client.json({ method: "PUT", path: `/v1/modules/${devModule}`, body, contentType: "application/yaml" });
      const why = await whyNotUp(client, this.#options.functions, { before, isStale });
      if (why !== undefined) io.err(`${why}\n${this.#revision === 1 ? "" : "What ran before goes on.\n"}`);
      else if (this.#revision === 1) io.out(`${this.#options.functions} is served by ${this.#options.file}\n`);
      else io.out(`started anew (${this.#revision})\n`);
    } catch (error) {
      if (!(error instanceof CliError) || io.signal.aborted) throw error;
      io.err(`${error.message}\n${error.cure === "" ? "" : `${error.cure}\n`}`);
    }
  }
}
