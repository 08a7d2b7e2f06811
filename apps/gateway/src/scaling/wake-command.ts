/**
 * runWakeCommand: runs the command of a module that starts what an endpoint calls. Its environment names the endpoint and is otherwise that
 * of co-located processes. What it leaves running in the background lives on, which is its purpose. Neighbours: sleepers.ts, which runs it
 * again later; wake-call.ts does the same over HTTP.
 * Guarantee: it ends within wakeCommandMsMax, together with everything that it started if it took too long, and never rejects; the end of
 * its output is kept.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { neverUnheard } from "../listener/guarded-listener.ts";
import { killGroup } from "../processes/kill-group.ts";
import { OutputLimit } from "../processes/output-limit.ts";
import type { ScaleToZero } from "./scale-to-zero.ts";

/** It is longer than the limit of a wake over HTTP, because a command often waits for what it starts. */
const wakeCommandMsMax = 30_000;
const outputBytesMax = 2_000;
/** How long to wait, after it has ended, for the last of its output. */
const lastOutputMsMax = 250;

export interface WakeCommandOptions {
  /** The part of the gateway's environment that co-located processes get. */
  readonly gatewayEnv: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly limitMs?: number;
}

/** Resolves with the reason why it failed and the end of its output; undefined when it ended with code 0. */
export async function runWakeCommand(
  { endpoint, module }: Pick<ScaleToZero, "endpoint" | "module">,
  [program = "", ...parameters]: readonly string[],
  { gatewayEnv, signal, limitMs = wakeCommandMsMax }: WakeCommandOptions,
): Promise<string | undefined> {
  if (signal.aborted) return "the gateway is closing";
  const child = spawnIt(program, parameters, { ...gatewayEnv, SIGNALBOX_WAKE_ENDPOINT: endpoint, SIGNALBOX_WAKE_MODULE: module });
  if (typeof child === "string") return child;
  const said = new SaidLast(child);
  const ended = Promise.withResolvers<string | undefined>();
  child.once("error", (error) => ended.resolve(error.message));
  // It waits for "exit" and not for "close", because what the command leaves in the background may hold its output open for ever.
  child.once("exit", (code, by) =>
    ended.resolve(code === 0 ? undefined : by === null ? `it ended with code ${code}` : `it was ended by ${by}`),
  );
  const give = (why: string): void => {
    if (child.pid !== undefined) killGroup(child.pid, "SIGKILL");
    ended.resolve(why);
  };
  const timer = setTimeout(() => give(`it had not ended after ${limitMs / 1000} s, and was ended`), limitMs);
  const close = (): void => give("the gateway is closing");
  signal.addEventListener("abort", close, { once: true });
  const why = await ended.promise;
  clearTimeout(timer);
  signal.removeEventListener("abort", close);
  if (why === undefined) said.leave();
  const output = why === undefined ? "" : await said.end();
  return output === "" ? why : `${why}; it said: ${output}`;
}

function spawnIt(program: string, parameters: readonly string[], env: Readonly<Record<string, string | undefined>>): ChildProcess | string {
  try {
    const child = spawn(program, parameters, { env, stdio: ["ignore", "pipe", "pipe"], detached: true });
    neverUnheard(child);
    return child;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Keeps the last bytes of both outputs, in the order in which they came. */
class SaidLast {
  readonly #child: ChildProcess;
  readonly #limit: OutputLimit;
  readonly #closed: Promise<unknown>;
  #tail = Buffer.alloc(0);

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#closed = new Promise((resolve) => child.once("close", resolve));
    this.#limit = new OutputLimit({
      take: (chunk) => (this.#tail = Buffer.concat([this.#tail, chunk]).subarray(-outputBytesMax)),
      leftOut: () => undefined,
      nowMs: Date.now,
    });
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      neverUnheard(stream);
      stream.on("data", (chunk: Buffer) => this.#limit.add(chunk));
    }
  }

  /**
   * Waits a moment for what was written before the command ended and is still in the pipe, which background processes may hold open for
   * ever.
   */
  async end(): Promise<string> {
    await Promise.race([this.#closed, delay(lastOutputMsMax)]);
    this.leave();
    return this.#tail
      .toString("utf8")
      .replace(/^\uFFFD+/, "")
      .trim();
  }

  leave(): void {
    this.#limit.end();
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }
}
