/**
 * ThreadedReads: StoredReads in a thread beside the store's own. The thread is started by the first question, which the store itself still
 * answers, and ends when nobody has asked for a while or the store closes. It follows the store's epoch log and shares its LevelDB, which
 * must not be closed before this thread has closed it (docs/decisions/0119).
 */
import { deserialize } from "node:v8";
import { Worker } from "node:worker_threads";
import { EngineError, engineErrorCodes } from "@signalbox/runtime/model/engine-error";
import type { StoredReads } from "../../ports/stored-reads.ts";
import type { FromReads, Refusal, StoredReadsTask, ToReads } from "./stored-reads-message.ts";

const idleMsMax = 60_000;
const asksMax = 256;
/** After so many threads that ended by themselves no other one is started. */
const failuresMax = 3;
/** Most of what the thread reads is garbage at once; a young generation of the gateway's size saves tens of megabytes. */
const heapMegabytesMax = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 128 };

export interface ThreadedReadsOptions {
  readonly thread: URL;
  readonly task: StoredReadsTask;
}

interface Asked {
  readonly resolve: (answer: { readonly answer: unknown } | undefined) => void;
  readonly reject: (error: EngineError) => void;
}

interface Running {
  readonly worker: Worker;
  readonly ended: Promise<void>;
  readonly asked: Map<number, Asked>;
  isReady: boolean;
  isEnding: boolean;
  /** Set after the first report of a failure, so that no other one is logged: the store itself answers each question then. */
  hasFailed: boolean;
  lastAskedMs: number;
}

export class ThreadedReads implements StoredReads {
  private readonly options: ThreadedReadsOptions;
  private running: Running | undefined;
  private failures = 0;
  private held = 0;
  private calls = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(options: ThreadedReadsOptions) {
    this.options = options;
  }

  ask(name: string, given: readonly unknown[]): Promise<{ readonly answer: unknown } | undefined> {
    const running = this.running ?? this.begin();
    if (running === undefined || !running.isReady || running.isEnding || running.asked.size >= asksMax) return Promise.resolve(undefined);
    running.lastAskedMs = performance.now();
    const call = this.calls++;
    return new Promise((resolve, reject) => {
      running.asked.set(call, { resolve, reject });
      // Who waits for an answer, or for the end, gets it, also where nothing else keeps the process alive.
      running.worker.ref();
      say(running.worker, { kind: "ask", call, name, given });
    });
  }

  /** Resolves once the thread has closed the store's files; no thread is started before `release`. */
  async hold(): Promise<void> {
    this.held++;
    await this.end();
  }

  release(): void {
    this.held--;
  }

  private begin(): Running | undefined {
    if (this.held > 0 || this.failures >= failuresMax) return undefined;
    const worker = new Worker(this.options.thread, {
      workerData: this.options.task,
      resourceLimits: heapMegabytesMax,
    });
    // The thread does not keep the process alive while nobody waits for it.
    worker.unref();
    const asked = new Map<number, Asked>();
    const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
    const running: Running = { worker, ended, asked, isReady: false, isEnding: false, hasFailed: false, lastAskedMs: performance.now() };
    worker.on("message", (message: FromReads) => hear(running, message));
    worker.on("error", (error) => {
      process.emitWarning(
        `the thread that answers reads beside the engine ended by itself; the engine's own thread reads on: ${error.message}`,
      );
    });
    void ended.then(() => this.gone(running));
    this.running = running;
    this.timer = setInterval(() => this.endIfIdle(running), idleMsMax).unref();
    return running;
  }

  private endIfIdle(running: Running): void {
    if (running.asked.size === 0 && performance.now() - running.lastAskedMs >= idleMsMax) void this.end();
  }

  private async end(): Promise<void> {
    const { running } = this;
    if (running === undefined) return;
    if (!running.isEnding) say(running.worker, { kind: "end" });
    running.isEnding = true;
    running.worker.ref();
    await running.ended;
  }

  private gone(running: Running): void {
    if (!running.isEnding) this.failures++;
    clearInterval(this.timer);
    this.running = undefined;
    for (const { resolve } of running.asked.values()) resolve(undefined);
    running.asked.clear();
  }
}

function say(worker: Worker, message: ToReads): void {
  worker.postMessage(message);
}

function hear(running: Running, message: FromReads): void {
  if (message.kind === "ready") {
    running.isReady = true;
    return;
  }
  const asked = running.asked.get(message.call);
  running.asked.delete(message.call);
  if (running.asked.size === 0 && !running.isEnding) running.worker.unref();
  switch (message.kind) {
    case "answer":
      return asked?.resolve({ answer: deserialize(message.bytes) });
    case "refusal":
      return asked?.reject(errorOf(message.refusal));
    case "failed":
      if (!running.hasFailed) process.emitWarning(`a read beside the engine failed; the engine's own thread answers it: ${message.reason}`);
      running.hasFailed = true;
      return asked?.resolve(undefined);
  }
}

function errorOf({ code, message, cure, retryAfterMs }: Refusal): EngineError {
  return new EngineError(engineErrorCodes.find((known) => known === code) ?? "STORE_FAILED", message, cure, retryAfterMs);
}
