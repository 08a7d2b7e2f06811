/**
 * EmbeddedWorker: one thread of embedded functions from outside: starts it, sends calls in batches, watches the time of each, and ends the
 * thread when it is stuck, out of memory or not needed. Neighbours: transport-embedded.ts has several; embedded-thread.ts is inside.
 * Guarantee: every call ends exactly once, also when the thread does not: with an outcome, given up, or handed back (`onLost`).
 */
import { Worker } from "node:worker_threads";
import type { EmbeddedPlacement, KeptFiles } from "@signalbox/runtime/model/endpoint-spec";
import type { InvocationRequest } from "@signalbox/runtime/model/invocation";
import { type EmbeddedReporter, sayStuck } from "./embedded-reporter.ts";
import { putCall } from "./call-fields.ts";
import { type FromCode, readFromThread } from "./embedded-answer.ts";
import { type AnswerOutcome, type EmbeddedProblem, type Fields, floatingRejection, type ToThread, ValuePacker } from "./embedded-frames.ts";

const loadTimeoutMs = 10_000;
/** How often the times of its calls and its buffers are checked while it has calls. */
const watchEveryMsMax = 100;
const pingTimeoutMs = 500;
const youngGenerationMiB = 16;
const memoryEveryMs = 2_000;
/** Some work inside V8 cannot be interrupted: a thread that has not ended after this time is left alone. */
const endTimeoutMs = 1_000;
const bytesPerMiB = 1024 * 1024;

export type CallEnd =
  | { readonly kind: "answered"; readonly outcome: AnswerOutcome }
  | { readonly kind: "overdue" }
  /** The call holds a thread that cannot be ended. Trying it again would hold another one. */
  | { readonly kind: "stuck" }
  /** The thread ended while it ran this call, which may be the reason. */
  | ({ readonly kind: "died" } & Death)
  /** The thread ended because of another call, so this one is not to blame. */
  | { readonly kind: "lost" }
  | { readonly kind: "refused"; readonly problem: EmbeddedProblem };

interface Loaded {
  readonly types: readonly string[];
  readonly revision: string;
  readonly kept: KeptFiles | undefined;
}

interface Death {
  readonly reason: string;
  /** Absent: nothing more is known than that the function is to be mended. */
  readonly cure?: string;
  /** The error's own words and where it was. They are apart from the reason, as they may quote what the function was given. */
  readonly said?: string;
}

interface Call {
  readonly request: InvocationRequest;
  readonly limitMs: number;
  /** Infinity until the thread has loaded. */
  deadlineMs: number;
  readonly end: (end: CallEnd) => void;
}

export interface EmbeddedWorkerOptions {
  readonly reporter?: EmbeddedReporter;
  /** The most bytes that all values of one answer may have together. */
  readonly answerBytesMax?: number;
  /** Whether `loaded` has what the source was loaded from. */
  readonly keeps?: boolean;
}

export class EmbeddedWorker {
  readonly #placement: EmbeddedPlacement;
  readonly #worker: Worker;
  readonly #reporter: EmbeddedReporter | undefined;
  /** The id of the call that was begun last. */
  readonly #current = new Int32Array(new SharedArrayBuffer(4));
  readonly #calls = new Map<number, Call>();
  readonly #loaded = Promise.withResolvers<Loaded | EmbeddedProblem>();
  readonly #ended = Promise.withResolvers<void>();
  #pending: { id: number; request: InvocationRequest }[] = [];
  #ids = 0;
  #isReady = false;
  #isGone = false;
  #isRetired = false;
  #isStuck = false;
  #answeredMs = 0;
  #problem: EmbeddedProblem | undefined;
  /** True once the thread is to end. */
  #isFinishing = false;
  /** Why the thread was ended, as its calls are told. */
  #endedBy: { readonly code: string; readonly message: string } | undefined;
  #watch: NodeJS.Timeout | undefined;
  #ping: NodeJS.Timeout | undefined;
  #leaving: NodeJS.Timeout | undefined;
  /** The call that held the thread and because of which it is ended. */
  #culprit: number | undefined;

  /** Without a reporter nobody sees what the thread prints. */
  constructor(placement: EmbeddedPlacement, { reporter, answerBytesMax = Infinity, keeps = false }: EmbeddedWorkerOptions = {}) {
    this.#placement = placement;
    this.#reporter = reporter;
    reporter?.tell({ kind: "starting" });
    this.#worker = new Worker(new URL("./embedded-thread.ts", import.meta.url), {
      workerData: { placement, current: this.#current, answerBytesMax, keeps },
      resourceLimits: { maxOldGenerationSizeMb: placement.memoryMiBMax, maxYoungGenerationSizeMb: youngGenerationMiB },
      // The thread gets nothing of the gateway's environment, which holds secrets.
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

  /** True when it finishes the calls that it has and gets no more. */
  get isRetired(): boolean {
    return this.#isRetired;
  }

  /** True when the thread could not be ended: it runs until the process ends. */
  get isStuck(): boolean {
    return this.#isStuck;
  }

  get inFlight(): number {
    return this.#calls.size;
  }

  /** The types that it serves, or why it cannot be used. */
  get loaded(): Promise<Loaded | EmbeddedProblem> {
    return this.#loaded.promise;
  }

  call(request: InvocationRequest, end: (end: CallEnd) => void): void {
    const { callTimeoutMs } = this.#placement;
    const id = (this.#ids = (this.#ids % 0x7ffffffe) + 1);
    const limitMs = Math.min(callTimeoutMs, request.timeoutMs);
    // The time of a call starts once the thread has loaded, which has a bound of its own.
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
    const fields: Fields = [];
    for (const { id, request } of sent) if (this.#calls.has(id)) putCall(id, request, { fields, packer });
    const bytes = packer.finish();
    const message: ToThread = { kind: "calls", fields, bytes };
    this.#worker.postMessage(message, [bytes.buffer]);
  }

  #report(reporter: EmbeddedReporter): void {
    reporter.read(this.#worker.stdout, "out");
    reporter.read(this.#worker.stderr, "error");
    const memory = setInterval(() => {
      this.#worker.getHeapStatistics().then(
        ({ used_heap_size: bytes }) => reporter.tell({ kind: "memory", bytes }),
        // The thread has just ended.
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
        this.#loaded.resolve({ types: message.types, revision: message.revision, kept: message.kept });
        return this.#send();
      case "refused":
        return this.#end(message.problem);
      case "answers":
        this.#answeredMs = performance.now();
        for (const { id, outcome } of message.answers) this.#endCall(id, { kind: "answered", outcome });
        return this.#endIfIdle();
      case "pong":
        clearTimeout(this.#ping);
        this.#ping = undefined;
        // The thread answers, so only the calls that took too long are given up.
        return this.#giveUpOverdue();
      case "malformed":
        return this.#blameLast("ENDPOINT_DISCONNECTED", { reason: "its code has changed what carries its answers" });
    }
  }

  #endCall(id: number, end: CallEnd): void {
    const call = this.#calls.get(id);
    // The call was given up, so nobody waits for its answer.
    if (call === undefined) return;
    this.#calls.delete(id);
    call.end(end);
  }

  #giveUpOverdue(): void {
    for (const id of this.#overdue()) {
      // Nothing was answered since this call began. It may have patched or blocked something that all other calls need, so it counts as the
      // one that holds the thread.
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

  /** Checks the memory of buffers, because the limits of a worker thread cover only its heap. */
  #lookAtBuffers(): void {
    const { memoryMiBMax } = this.#placement;
    this.#worker.getHeapStatistics().then(
      ({ external_memory: bytes }) => {
        if (bytes <= memoryMiBMax * bytesPerMiB || this.#isGone) return;
        this.#blameLast("EMBEDDED_OUT_OF_MEMORY", { reason: `the thread used more than ${memoryMiBMax} MiB for buffers` });
      },
      // The thread has just ended.
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

  /** The code may have thrown anything, not only an Error. */
  #failed(error: unknown): void {
    const { code, message, stack }: NodeJS.ErrnoException = error instanceof Error ? error : new Error(String(error));
    if (code === "ERR_WORKER_OUT_OF_MEMORY")
      return this.#blameLast("EMBEDDED_OUT_OF_MEMORY", { reason: `the thread used more than ${this.#placement.memoryMiBMax} MiB` });
    const isFloating = code === floatingRejection;
    const where = typeof stack === "string" ? stack : "";
    this.#blameLast("ENDPOINT_DISCONNECTED", {
      reason: `the thread ended: ${isFloating ? "a promise that nobody awaits rejected" : "an error that nothing caught"}`,
      said: (where.includes(message) ? where : `${message}\n${where}`).trim().toWellFormed(),
      ...(isFloating ? { cure: "Await the promise in the handler, or catch what it rejects with, and apply the module again." } : {}),
    });
  }

  /** Blames the call that began last, as nothing else can be known, and ends the thread. */
  #blameLast(code: "EMBEDDED_OUT_OF_MEMORY" | "ENDPOINT_DISCONNECTED", death: Death): void {
    const message = death.said === undefined ? death.reason : `${death.reason}: ${death.said.split("\n", 1)[0] ?? ""}`;
    if (!this.#isReady) return this.#end({ code: code === "ENDPOINT_DISCONNECTED" ? "EMBEDDED_NOT_LOADED" : code, message, ...nowhere });
    this.#endedBy ??= { code, message };
    this.#endCall(Atomics.load(this.#current, 0), { kind: "died", ...death });
    this.#terminate();
  }

  #exited(): void {
    if (this.#isGone) return;
    // Nobody ended the thread from here, so code in it did.
    if (this.#isReady && this.#leaving === undefined && this.#endedBy === undefined)
      this.#blameLast("ENDPOINT_DISCONNECTED", { reason: "the thread ended itself (process.exit)" });
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
