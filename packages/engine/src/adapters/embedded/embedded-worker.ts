/**
 * EmbeddedWorker: one thread of embedded functions from outside: starts it, sends calls in batches, watches the time of each, and ends the
 * thread when it is stuck, out of memory or not needed. Neighbours: transport-embedded.ts has several; embedded-thread.ts is inside.
 * Guarantee: every call ends exactly once, also when the thread does not: with an outcome, given up, or handed back (`onLost`).
 */
import { traceOfInput } from "../trace-of-batch.ts";
import { Worker } from "node:worker_threads";
import type { EmbeddedPlacement } from "../../model/endpoint-spec.ts";
import type { InvocationRequest } from "../../model/invocation.ts";
import { inputId } from "../../model/invocation.ts";
import type { EmbeddedReporter } from "./embedded-reporter.ts";
import type { TypedValue } from "../../model/typed-value.ts";
import {
  type AnswerOutcome,
  type CallFrame,
  type EmbeddedProblem,
  type FromThread,
  type PackedValue,
  ValuePacker,
} from "./embedded-frames.ts";

const loadTimeoutMs = 10_000;
const watchEveryMsMax = 250;
const pingTimeoutMs = 500;
const youngGenerationMiB = 16;
const memoryEveryMs = 2_000;

export type CallEnd =
  | { readonly kind: "answered"; readonly outcome: AnswerOutcome; readonly bytes: Uint8Array }
  | { readonly kind: "overdue" }
  /** The thread ended; this call was in its hands and may be why. */
  | { readonly kind: "died"; readonly reason: string }
  /** The thread ended because of another call: nothing is known against this one. */
  | { readonly kind: "lost" }
  | { readonly kind: "refused"; readonly problem: EmbeddedProblem };

interface Call {
  readonly request: InvocationRequest;
  readonly limitMs: number;
  deadlineMs: number;
  readonly end: (end: CallEnd) => void;
}

export interface EmbeddedWorkerOptions {
  readonly reporter?: EmbeddedReporter;
  /** All values of one answer together. */
  readonly answerBytesMax?: number;
}

export class EmbeddedWorker {
  readonly #placement: EmbeddedPlacement;
  readonly #worker: Worker;
  readonly #reporter: EmbeddedReporter | undefined;
  /** The id of the call that was begun last. */
  readonly #current = new Int32Array(new SharedArrayBuffer(4));
  readonly #calls = new Map<number, Call>();
  readonly #loaded = Promise.withResolvers<readonly string[] | EmbeddedProblem>();
  readonly #ended = Promise.withResolvers<void>();
  #pending: { id: number; request: InvocationRequest }[] = [];
  #ids = 0;
  #isReady = false;
  #isGone = false;
  #problem: EmbeddedProblem | undefined;
  #why: string | undefined;
  /** What is told of its end. */
  #endedBy: { readonly code: string; readonly message: string } | undefined;
  #watch: NodeJS.Timeout | undefined;
  #ping: NodeJS.Timeout | undefined;

  /** Without a reporter nobody is told what it prints. */
  constructor(placement: EmbeddedPlacement, { reporter, answerBytesMax = Infinity }: EmbeddedWorkerOptions = {}) {
    this.#placement = placement;
    this.#reporter = reporter;
    reporter?.tell({ kind: "starting" });
    this.#worker = new Worker(new URL("./embedded-thread.ts", import.meta.url), {
      workerData: { placement, current: this.#current, answerBytesMax },
      resourceLimits: { maxOldGenerationSizeMb: placement.memoryMiBMax, maxYoungGenerationSizeMb: youngGenerationMiB },
      // Nothing of the gateway's own: its environment holds its secrets.
      env: {},
      execArgv: ["--disable-warning=ExperimentalWarning"],
      stdout: true,
      stderr: true,
    });
    this.#worker.on("message", (message: FromThread) => this.#hear(message));
    this.#worker.once("error", (error: Error) => this.#failed(error));
    this.#worker.once("exit", () => this.#exited());
    if (reporter === undefined) for (const stream of [this.#worker.stdout, this.#worker.stderr]) stream.resume();
    else this.#report(reporter);
    const late = setTimeout(() => {
      if (!this.#isReady) this.#end({ code: "EMBEDDED_LOAD_TIMEOUT", message: `it did not load within ${loadTimeoutMs} ms`, ...nowhere });
    }, loadTimeoutMs);
    this.#worker.once("exit", () => clearTimeout(late));
    this.#worker.unref();
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  get inFlight(): number {
    return this.#calls.size;
  }

  /** The types that it serves, or why it cannot be used. */
  get loaded(): Promise<readonly string[] | EmbeddedProblem> {
    return this.#loaded.promise;
  }

  call(request: InvocationRequest, end: (end: CallEnd) => void): void {
    const { callTimeoutMs } = this.#placement;
    const id = (this.#ids = (this.#ids % 0x7ffffffe) + 1);
    const limitMs = Math.min(callTimeoutMs, request.timeoutMs);
    // Loading takes no time of a call, and has a bound of its own.
    const deadlineMs = this.#isReady ? performance.now() + limitMs : Infinity;
    this.#calls.set(id, { request, limitMs, deadlineMs, end });
    this.#pending.push({ id, request });
    if (this.#pending.length === 1 && this.#isReady) queueMicrotask(() => this.#send());
    if (this.#watch === undefined) this.#startWatch();
  }

  /** Ends the thread once its calls have ended. */
  async finish(): Promise<void> {
    if (this.#calls.size === 0) await this.#terminate();
    else this.#why = "finish";
    await this.#ended.promise;
  }

  async close(): Promise<void> {
    await this.#terminate();
    await this.#ended.promise;
  }

  async #terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #send(): void {
    const sent = this.#pending;
    this.#pending = [];
    if (sent.length === 0 || this.#isGone) return;
    const packer = new ValuePacker();
    const calls = sent.filter(({ id }) => this.#calls.has(id)).map(({ id, request }) => frameOf(id, request, packer));
    const bytes = packer.finish();
    this.#worker.postMessage({ kind: "calls", calls, bytes }, [bytes.buffer]);
  }

  #report(reporter: EmbeddedReporter): void {
    reporter.read(this.#worker.stdout, "out");
    reporter.read(this.#worker.stderr, "error");
    const memory = setInterval(() => {
      this.#worker.getHeapStatistics().then(
        ({ used_heap_size: bytes }) => reporter.tell({ kind: "memory", bytes }),
        // It has just ended.
        () => undefined,
      );
    }, memoryEveryMs);
    memory.unref();
    this.#worker.once("exit", () => clearInterval(memory));
  }

  #hear(message: FromThread): void {
    switch (message.kind) {
      case "ready":
        this.#isReady = true;
        this.#reporter?.tell({ kind: "running" });
        for (const call of this.#calls.values()) call.deadlineMs = performance.now() + call.limitMs;
        this.#loaded.resolve(message.types);
        return this.#send();
      case "refused":
        return this.#end(message.problem);
      case "answers":
        for (const { id, outcome } of message.answers) this.#endCall(id, { kind: "answered", outcome, bytes: message.bytes });
        if (this.#why === "finish" && this.#calls.size === 0) void this.#terminate();
        return;
      case "pong":
        clearTimeout(this.#ping);
        this.#ping = undefined;
        // It runs: only those that took too long are given up.
        for (const id of this.#overdue()) this.#endCall(id, { kind: "overdue" });
    }
  }

  #endCall(id: number, end: CallEnd): void {
    const call = this.#calls.get(id);
    // One that was given up: nobody waits for its answer.
    if (call === undefined) return;
    this.#calls.delete(id);
    call.end(end);
  }

  #overdue(): number[] {
    const nowMs = performance.now();
    return [...this.#calls].filter(([, { deadlineMs }]) => deadlineMs <= nowMs).map(([id]) => id);
  }

  #startWatch(): void {
    const everyMs = Math.min(watchEveryMsMax, Math.max(5, this.#placement.callTimeoutMs / 8));
    this.#watch = setInterval(() => {
      if (this.#calls.size === 0) {
        clearInterval(this.#watch);
        this.#watch = undefined;
      } else if (this.#ping === undefined && this.#overdue().length > 0) this.#ask();
    }, everyMs);
    this.#watch.unref();
  }

  /** A thread that does not answer is stuck in the call that it began last. */
  #ask(): void {
    this.#worker.postMessage({ kind: "ping" });
    this.#ping = setTimeout(() => {
      const stuck = Atomics.load(this.#current, 0);
      const culprit = this.#calls.has(stuck) ? stuck : this.#overdue()[0];
      if (culprit !== undefined) this.#endCall(culprit, { kind: "overdue" });
      this.#why = "stuck";
      this.#endedBy = { code: "CALL_TIMEOUT", message: `a call held the thread for more than ${this.#placement.callTimeoutMs} ms` };
      void this.#terminate();
    }, pingTimeoutMs);
  }

  #end(problem: EmbeddedProblem): void {
    this.#problem = problem;
    this.#loaded.resolve(problem);
    void this.#terminate();
  }

  #failed(error: Error): void {
    const outOfMemory = "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
    const reason = outOfMemory ? `the thread used more than ${this.#placement.memoryMiBMax} MiB` : `the thread ended: ${error.message}`;
    if (this.#isReady) {
      const culprit = Atomics.load(this.#current, 0);
      this.#endedBy = { code: outOfMemory ? "EMBEDDED_OUT_OF_MEMORY" : "ENDPOINT_DISCONNECTED", message: reason };
      this.#endCall(culprit, { kind: "died", reason });
      return;
    }
    this.#problem = { code: outOfMemory ? "EMBEDDED_OUT_OF_MEMORY" : "EMBEDDED_NOT_LOADED", message: reason, ...nowhere };
    this.#loaded.resolve(this.#problem);
  }

  #exited(): void {
    this.#isGone = true;
    clearInterval(this.#watch);
    clearTimeout(this.#ping);
    const problem = this.#problem;
    if (problem !== undefined) this.#reporter?.tell({ kind: "refused", problem: { code: problem.code, message: problem.message } });
    else if (this.#endedBy !== undefined) this.#reporter?.tell({ kind: "ended", problem: this.#endedBy });
    else this.#reporter?.tell({ kind: "gone" });
    for (const id of [...this.#calls.keys()]) this.#endCall(id, problem === undefined ? { kind: "lost" } : { kind: "refused", problem });
    this.#loaded.resolve(problem ?? { code: "EMBEDDED_NOT_LOADED", message: "the thread ended while it loaded", ...nowhere });
    this.#ended.resolve();
  }
}

const nowhere = { line: undefined, column: undefined };

function frameOf(id: number, { target, state, inputs }: InvocationRequest, packer: ValuePacker): CallFrame {
  const pack = (value: TypedValue | undefined): PackedValue | undefined =>
    value === undefined || value.hasValue === false ? undefined : packer.add(value.typename, value.bytes);
  return {
    id,
    target: { type: target.type, id: target.id },
    states: state.map(({ name, value }) => [name, pack(value)] as const),
    inputs: inputs.map((input) => ({
      caller: input.caller === undefined ? undefined : { type: input.caller.type, id: input.caller.id },
      value: pack(input.value),
      id: inputId(input),
      atMs: input.atMs ?? 0,
      traceparent: traceOfInput(input),
    })),
  };
}
