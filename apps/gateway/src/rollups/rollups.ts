/**
 * Rollups: what happened, second by second, kept for a day. The gateway's thread only adds digests up and sends each second that ends to a
 * thread of its own (rollup-thread.ts), which folds, stores and answers; a chart never reads a disk in the thread where messages flow.
 * Guarantees: at most secondsWaitingMax seconds wait for a thread, for one that is there (a disk may hold it up) as for one that is not; later
 * ones are left out; at most questionsMax questions are open; a thread that ends loses what it had not written, is started again and never
 * touches the engine; while nothing happens, only one row a minute is written.
 */
import { Worker } from "node:worker_threads";
import type { FlowDigest } from "../flow/flow-digest.ts";
import { GatewayError } from "../contract/problem.ts";
import type { RollupAnswers, RollupMark, RollupQuestion, RollupReply, RollupRequest, RollupThreadData } from "./rollup-question.ts";
import { emptyRollup, mergeRollup, type Rollup } from "./rollup.ts";
import { SecondRollups, type EndpointOf, type Gauges } from "./second-rollup.ts";

const tickMs = 1_000;
/** While nothing happens one second in this many is sent, with the values that were measured in it. */
const restSeconds = 60;
const secondsWaitingMax = 300;
const questionsMax = 64;
const questionMsMax = 10_000;
const heapMegabytesMax = 128;
const endMsMax = 1_500;
const restartMs = 5_000;

export interface RollupsOptions extends Omit<RollupThreadData, "nowMs"> {
  readonly nowMs: () => number;
  readonly gauges: () => Gauges;
  readonly endpointOf: EndpointOf;
  readonly warn: (message: string) => void;
}

interface Asked {
  readonly done: (answer: unknown) => void;
  readonly failed: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

export class Rollups {
  /** The sum since the start, for /metrics. */
  readonly total: Rollup = emptyRollup();
  diskBytes = 0;
  readonly #options: RollupsOptions;
  readonly #seconds: SecondRollups;
  readonly #asked = new Map<number, Asked>();
  readonly #early: RollupRequest[] = [];
  /** How many seconds and marks the thread was sent and has not taken. */
  #untaken = 0;
  #second: number;
  #toldSecond = 0;
  #worker: Worker | undefined;
  #nextId = 1;
  #timer: NodeJS.Timeout | undefined;
  #again: NodeJS.Timeout | undefined;
  #warnedMs = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(options: RollupsOptions) {
    this.#options = options;
    this.#seconds = new SecondRollups(options.endpointOf);
    this.#second = Math.floor(options.nowMs() / 1_000);
  }

  /** Begins to keep rollups; what came before is waiting here. */
  begin(): void {
    if (this.#closed) return;
    this.#startThread();
    this.#timer = setInterval(() => this.tick(), tickMs);
    this.#timer.unref();
  }

  add(digest: FlowDigest): void {
    this.#turn();
    this.#seconds.add(digest);
  }

  mark(mark: RollupMark): void {
    this.#tell({ kind: "mark", mark });
  }

  /** Rejects with a GatewayError: ROLLUPS_UNAVAILABLE. */
  ask<Kind extends RollupQuestion["kind"]>(question: Extract<RollupQuestion, { kind: Kind }>): Promise<RollupAnswers[Kind]> {
    if (this.#closed || this.#worker === undefined || this.#asked.size >= questionsMax) return Promise.reject(unavailable());
    this.#turn();
    const { promise, resolve, reject } = Promise.withResolvers<RollupAnswers[Kind]>();
    const id = this.#nextId++;
    const timer = setTimeout(() => this.#asked.get(id)?.failed(unavailable()), questionMsMax);
    timer.unref();
    const settle = (): void => {
      clearTimeout(timer);
      this.#asked.delete(id);
    };
    this.#asked.set(id, {
      timer,
      // The kind of the question decides the type of the answer; the thread is the only place that makes answers.
      done: (answer) => {
        settle();
        resolve(answer as RollupAnswers[Kind]);
      },
      failed: (error) => {
        settle();
        reject(error);
      },
    });
    this.#tell({ kind: "question", id, question });
    return promise;
  }

  /** Ends the second if it is over. It is public so that tests can drive time themselves. */
  tick(): void {
    this.#turn();
  }

  async close(): Promise<void> {
    this.#turn(true);
    this.#closed = true;
    clearInterval(this.#timer);
    clearTimeout(this.#again);
    for (const asked of this.#asked.values()) asked.failed(unavailable());
    const worker = this.#worker;
    this.#worker = undefined;
    if (worker === undefined) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const late = setTimeout(resolve, endMsMax);
    worker.once("exit", () => resolve());
    worker.postMessage({ kind: "end" } satisfies RollupRequest);
    await promise;
    clearTimeout(late);
    await worker.terminate();
  }

  /** Sends the second that ended, once another has begun. When the clock is put back, counts add to the rows that exist. */
  #turn(ending = false): void {
    const second = Math.floor(this.#options.nowMs() / 1_000);
    if (second === this.#second && !ending) return;
    const rests = Math.abs(second - this.#toldSecond) < restSeconds;
    if (this.#seconds.isEmpty && rests && !ending) {
      this.#second = second;
      return;
    }
    const rollup = this.#seconds.take(this.#second * 1_000, this.#options.gauges());
    const all = rollup.rows.get("");
    if (all !== undefined) mergeRollup(this.total, all);
    this.#toldSecond = this.#second;
    this.#second = second;
    this.#tell({ kind: "second", second: rollup });
  }

  #tell(request: RollupRequest): void {
    if (this.#closed) return;
    const kept = request.kind === "second" || request.kind === "mark";
    if (this.#worker === undefined) {
      if (kept && this.#early.length < secondsWaitingMax) this.#early.push(request);
      return;
    }
    if (kept && this.#untaken >= secondsWaitingMax) return this.#warn("their thread has taken nothing for minutes");
    if (kept) this.#untaken++;
    this.#worker.postMessage(request);
  }

  #startThread(): void {
    const { path, bytesMax, dataDir, nowMs } = this.#options;
    const worker = new Worker(new URL("rollup-thread.ts", import.meta.url), {
      workerData: { path, bytesMax, dataDir, nowMs: nowMs() } satisfies RollupThreadData,
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytesMax },
    });
    worker.unref();
    worker.on("message", (reply: RollupReply) => this.#hear(reply));
    worker.on("error", (error) => this.#warn(error.message));
    worker.on("exit", () => {
      if (this.#worker === worker) this.#lost();
    });
    this.#worker = worker;
    this.#untaken = 0;
    for (const request of this.#early.splice(0)) this.#tell(request);
  }

  #lost(): void {
    this.#worker = undefined;
    for (const asked of this.#asked.values()) asked.failed(unavailable());
    if (this.#closed) return;
    this.#again = setTimeout(() => this.#startThread(), restartMs);
    this.#again.unref();
  }

  #hear(reply: RollupReply): void {
    switch (reply.kind) {
      case "opened":
        if (reply.warning !== undefined) this.#options.warn(reply.warning);
        return;
      case "taken":
        this.#untaken--;
        return;
      case "answer":
        this.#asked.get(reply.id)?.done(reply.answer);
        return;
      case "refused":
        this.#asked.get(reply.id)?.failed(unavailable());
        return this.#warn(reply.message);
      case "disk":
        this.diskBytes = reply.bytes;
        return;
      case "warning":
        return this.#warn(reply.message);
      case "ended":
        return;
    }
  }

  /** Warns once a minute, because a disk that takes nothing refuses every second. */
  #warn(reason: string): void {
    const nowMs = this.#options.nowMs();
    if (Math.abs(nowMs - this.#warnedMs) < 60_000) return;
    this.#warnedMs = nowMs;
    this.#options.warn(`the charts are not kept: ${reason}; messages and state are not touched`);
  }
}

function unavailable(): GatewayError {
  return new GatewayError("ROLLUPS_UNAVAILABLE", {
    detail: "The thread that keeps the charts does not answer now.",
    where: "rollups",
    cure: "Ask again in a few seconds; the log says why, when it does not come back. /metrics and the live numbers do not need it.",
  });
}
