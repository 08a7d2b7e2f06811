/**
 * Compute: one thread beside the engine's for input that takes long to read (a module's YAML, a descriptor set). The first task starts it,
 * and it ends when nobody has needed it for a while.
 * Guarantee: at most tasksWaitingMax wait; a task that takes longer than its time is ended with its thread, and the others continue in a
 * new one; every refusal says what to send instead.
 */
import { Worker } from "node:worker_threads";
import { GatewayError } from "../contract/problem.ts";
import { openCrossed } from "../shape/secret.ts";
import type { ComputeAnswers, ComputeReply, ComputeRequest, ComputeTask } from "./compute-task.ts";

export interface Compute {
  /** Rejects with a GatewayError: COMPUTE_BUSY or COMPUTE_TOO_LONG. `what` names the input to people. */
  run<Kind extends ComputeTask["kind"]>(task: Extract<ComputeTask, { kind: Kind }>, what: string): Promise<ComputeAnswers[Kind]>;
  close(): Promise<void>;
}

export interface ComputeOptions {
  readonly taskMsMax?: number;
  readonly tasksWaitingMax?: number;
  readonly idleMs?: number;
}

const defaults = { taskMsMax: 30_000, tasksWaitingMax: 16, idleMs: 60_000 };
const heapMegabytesMax = 256;

interface Waiting {
  readonly request: ComputeRequest;
  readonly what: string;
  readonly done: (answer: unknown) => void;
  readonly failed: (error: Error) => void;
}

export function createCompute(options: ComputeOptions = {}): Compute {
  return new ComputeThread({ ...defaults, ...options });
}

class ComputeThread implements Compute {
  readonly #options: Required<ComputeOptions>;
  readonly #queue: Waiting[] = [];
  #running: Waiting | undefined;
  #worker: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;
  #nextId = 1;
  #closed = false;

  constructor(options: Required<ComputeOptions>) {
    this.#options = options;
  }

  run<Kind extends ComputeTask["kind"]>(task: Extract<ComputeTask, { kind: Kind }>, what: string): Promise<ComputeAnswers[Kind]> {
    if (this.#closed || this.#queue.length >= this.#options.tasksWaitingMax) return Promise.reject(busy(what));
    return new Promise((done, failed) => {
      const request = { id: this.#nextId++, task };
      // The kind of the task decides the type of the answer; the thread is the only place that makes answers.
      this.#queue.push({ request, what, done: (answer) => done(answer as ComputeAnswers[Kind]), failed });
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const waiting of this.#queue.splice(0)) waiting.failed(busy(waiting.what));
    const running = this.#running;
    this.#running = undefined;
    running?.failed(busy(running.what));
    await this.#end();
  }

  #next(): void {
    if (this.#running !== undefined) return;
    const waiting = this.#queue.shift();
    clearTimeout(this.#timer);
    if (waiting === undefined) {
      this.#timer = setTimeout(() => void this.#end(), this.#options.idleMs);
      this.#timer.unref();
      return;
    }
    this.#running = waiting;
    this.#worker ??= this.#begin();
    this.#worker.postMessage(waiting.request);
    this.#timer = setTimeout(() => this.#fail(tooLong(waiting.what, this.#options.taskMsMax)), this.#options.taskMsMax);
  }

  #begin(): Worker {
    const worker = new Worker(new URL("compute-thread.ts", import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytesMax },
      stdout: false,
      stderr: false,
    });
    worker.unref();
    worker.on("message", (reply: ComputeReply) => this.#settle(reply));
    worker.on("error", (error) => {
      if (this.#worker === worker) this.#fail(broke(this.#running?.what ?? "the input", error));
    });
    worker.on("exit", () => {
      if (this.#worker === worker) this.#fail(broke(this.#running?.what ?? "the input", new Error("its thread ended")));
    });
    return worker;
  }

  #settle(reply: ComputeReply): void {
    const running = this.#running;
    if (running?.request.id !== reply.id) return;
    this.#running = undefined;
    if (reply.kind === "done") running.done(openCrossed(reply.answer));
    else running.failed(new Error(reply.message));
    this.#next();
  }

  /** Ends the thread together with the task; the next task starts another thread. */
  #fail(error: Error): void {
    const running = this.#running;
    this.#running = undefined;
    void this.#end();
    running?.failed(error);
    this.#next();
  }

  async #end(): Promise<void> {
    clearTimeout(this.#timer);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }
}

function busy(what: string): GatewayError {
  return new GatewayError("COMPUTE_BUSY", {
    detail: `Too much waits to be checked already; ${what} was not looked at.`,
    where: what,
    cure: "Send it again in a moment.",
  });
}

function tooLong(what: string, taskMsMax: number): GatewayError {
  return new GatewayError("COMPUTE_TOO_LONG", {
    detail: `Checking ${what} took longer than ${taskMsMax} ms and was ended.`,
    where: what,
    cure: "Split it into smaller parts.",
  });
}

function broke(what: string, error: Error): GatewayError {
  return new GatewayError("COMPUTE_TOO_LONG", {
    detail: `Checking ${what} could not be ended: ${error.message}.`,
    where: what,
    cure: "Split it into smaller parts.",
  });
}
