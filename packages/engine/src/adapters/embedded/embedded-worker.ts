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
import { type EmbeddedReporter, sayStuck } from "./embedded-reporter.ts";
import type { TypedValue } from "../../model/typed-value.ts";
import { type FromCode, readFromThread } from "./embedded-answer.ts";
import { type AnswerOutcome, type CallFrame, type EmbeddedProblem, type PackedValue, ValuePacker } from "./embedded-frames.ts";

const loadTimeoutMs = 10_000;
/** So often its time and its buffers are looked at while it has calls. */
const watchEveryMsMax = 100;
const pingTimeoutMs = 500;
const youngGenerationMiB = 16;
const memoryEveryMs = 2_000;
/** Some work of the language runtime itself cannot be ended: a thread in the midst of it is left alone after this time. */
const endTimeoutMs = 1_000;
const bytesPerMiB = 1024 * 1024;

export type CallEnd =
  | { readonly kind: "answered"; readonly outcome: AnswerOutcome; readonly bytes: Uint8Array }
  | { readonly kind: "overdue" }
  /** It holds a thread that cannot be ended: once more would hold another one. */
  | { readonly kind: "stuck" }
  /** The thread ended; this call was in its hands and may be why. */
  | { readonly kind: "died"; readonly reason: string }
  /** The thread ended because of another call: nothing is known against this one. */
  | { readonly kind: "lost" }
  | { readonly kind: "refused"; readonly problem: EmbeddedProblem };

interface Call {
  readonly request: InvocationRequest;
  readonly limitMs: number;
  /** Infinity until the thread has loaded. */
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
  #isRetired = false;
  #isStuck = false;
  #answeredMs = 0;
  #problem: EmbeddedProblem | undefined;
  /** It is wanted that it ends. */
  #isFinishing = false;
  /** What is told of its end. */
  #endedBy: { readonly code: string; readonly message: string } | undefined;
  #watch: NodeJS.Timeout | undefined;
  #ping: NodeJS.Timeout | undefined;
  #leaving: NodeJS.Timeout | undefined;
  /** It held the thread, which is ended for it. */
  #culprit: number | undefined;

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
    this.#worker.on("message", (message: unknown) => this.#hear(readFromThread(message)));
    this.#worker.on("messageerror", () => this.#hear({ kind: "malformed" }));
    this.#worker.once("error", (error: Error) => this.#failed(error));
    this.#worker.once("exit", () => this.#exited());
    if (reporter === undefined) for (const stream of [this.#worker.stdout, this.#worker.stderr]) stream.resume();
    else this.#report(reporter);
    const late = setTimeout(() => {
      if (!this.#isReady) this.#end({ code: "EMBEDDED_LOAD_TIMEOUT", message: `it did not load within ${loadTimeoutMs} ms`, ...nowhere });
    }, loadTimeoutMs);
    this.#worker.once("exit", () => clearTimeout(late));
    this.#worker.unref();
    this.#startWatch();
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** It ends what it has and is given nothing more. */
  get isRetired(): boolean {
    return this.#isRetired;
  }

  /** It was to end and did not: it goes on until the process ends. */
  get isStuck(): boolean {
    return this.#isStuck;
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
    this.#isFinishing = true;
    this.#endIfIdle();
    await this.#ended.promise;
  }

  async close(): Promise<void> {
    this.#isFinishing = true;
    this.#terminate();
    await this.#ended.promise;
  }

  #endIfIdle(): void {
    if (this.#isFinishing && this.#calls.size === 0) this.#terminate();
  }

  #terminate(): void {
    if (this.#isGone) return;
    void this.#worker.terminate();
    this.#leaving ??= setTimeout(() => {
      this.#isStuck = true;
      const message = "its code does what cannot be ended: the thread goes on until the gateway ends";
      this.#endedBy = { code: "EMBEDDED_THREAD_STUCK", message };
      sayStuck();
      this.#exited();
    }, endTimeoutMs);
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

  #hear(message: FromCode | undefined): void {
    if (message === undefined || this.#isGone) return;
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
        this.#answeredMs = performance.now();
        for (const { id, outcome } of message.answers) this.#endCall(id, { kind: "answered", outcome, bytes: message.bytes });
        return this.#endIfIdle();
      case "pong":
        clearTimeout(this.#ping);
        this.#ping = undefined;
        // It runs: only those that took too long are given up.
        return this.#giveUpOverdue();
      case "malformed":
        return this.#blameLast("ENDPOINT_DISCONNECTED", "its code has changed what carries its answers");
    }
  }

  #endCall(id: number, end: CallEnd): void {
    const call = this.#calls.get(id);
    // One that was given up: nobody waits for its answer.
    if (call === undefined) return;
    this.#calls.delete(id);
    call.end(end);
  }

  #giveUpOverdue(): void {
    for (const id of this.#overdue()) {
      // Nothing was answered since it began: what one call has patched or left undone may keep all others from being answered.
      const beganMs = (this.#calls.get(id)?.deadlineMs ?? 0) - (this.#calls.get(id)?.limitMs ?? 0);
      if (this.#answeredMs < beganMs) this.#isRetired = this.#isFinishing = true;
      this.#endCall(id, { kind: "overdue" });
    }
    this.#endIfIdle();
  }

  #overdue(): number[] {
    const nowMs = performance.now();
    return [...this.#calls].filter(([, { deadlineMs }]) => deadlineMs <= nowMs).map(([id]) => id);
  }

  #startWatch(): void {
    const everyMs = Math.min(watchEveryMsMax, Math.max(5, this.#placement.callTimeoutMs / 8));
    this.#watch = setInterval(() => {
      if (this.#isReady && this.#calls.size === 0) {
        clearInterval(this.#watch);
        this.#watch = undefined;
        return;
      }
      this.#lookAtBuffers();
      if (this.#ping === undefined && this.#overdue().length > 0) this.#ask();
    }, everyMs);
    this.#watch.unref();
  }

  /** The limits of a thread know of its heap alone. */
  #lookAtBuffers(): void {
    const { memoryMiBMax } = this.#placement;
    this.#worker.getHeapStatistics().then(
      ({ external_memory: bytes }) => {
        if (bytes <= memoryMiBMax * bytesPerMiB || this.#isGone) return;
        this.#blameLast("EMBEDDED_OUT_OF_MEMORY", `the thread used more than ${memoryMiBMax} MiB for buffers`);
      },
      // It has just ended.
      () => undefined,
    );
  }

  /** A thread that does not answer is stuck in the call that it began last. */
  #ask(): void {
    this.#worker.postMessage({ kind: "ping" });
    this.#ping = setTimeout(() => {
      const stuck = Atomics.load(this.#current, 0);
      this.#culprit = this.#calls.has(stuck) ? stuck : this.#overdue()[0];
      this.#endedBy = { code: "CALL_TIMEOUT", message: `a call held the thread for more than ${this.#placement.callTimeoutMs} ms` };
      this.#terminate();
    }, pingTimeoutMs);
  }

  #end(problem: EmbeddedProblem): void {
    this.#problem = problem;
    this.#loaded.resolve(problem);
    this.#terminate();
  }

  /** What was thrown may be anything. */
  #failed(error: unknown): void {
    const outOfMemory = error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
    const said = error instanceof Error ? error.message : String(error);
    if (outOfMemory) this.#blameLast("EMBEDDED_OUT_OF_MEMORY", `the thread used more than ${this.#placement.memoryMiBMax} MiB`);
    else this.#blameLast("ENDPOINT_DISCONNECTED", `the thread ended: ${said}`);
  }

  /** The call that was begun last did it, as far as anybody can see; the thread ends. */
  #blameLast(code: "EMBEDDED_OUT_OF_MEMORY" | "ENDPOINT_DISCONNECTED", reason: string): void {
    if (!this.#isReady)
      return this.#end({ code: code === "ENDPOINT_DISCONNECTED" ? "EMBEDDED_NOT_LOADED" : code, message: reason, ...nowhere });
    this.#endedBy ??= { code, message: reason };
    this.#endCall(Atomics.load(this.#current, 0), { kind: "died", reason });
    this.#terminate();
  }

  #exited(): void {
    if (this.#isGone) return;
    // It was not told to: code in it has ended it.
    if (this.#isReady && this.#leaving === undefined && this.#endedBy === undefined)
      this.#blameLast("ENDPOINT_DISCONNECTED", "the thread ended itself (process.exit)");
    this.#isGone = true;
    clearInterval(this.#watch);
    clearTimeout(this.#ping);
    clearTimeout(this.#leaving);
    if (this.#culprit !== undefined) this.#endCall(this.#culprit, { kind: this.#isStuck ? "stuck" : "overdue" });
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
