/**
 * ComparingThread: the gateway's end of one thread that compares: it runs one job at a time and ends the thread when its caller gives up.
 * Neighbours:
 * differences.ts, difference-thread.ts.
 */
import { Worker } from "node:worker_threads";
import { EngineError } from "@signalbox/runtime";
import type { DifferenceAnswers, DifferenceJob, DifferenceTask, NowQuestion, ThreadMessage, ToThread } from "./difference-job.ts";

export interface Comparing {
  readonly signal: AbortSignal;
  readonly answerNow: (question: NowQuestion) => Promise<unknown>;
}

const heapMegabytesMax = 256;
/** How long a thread may be late beyond its budget, in one statement of SQLite over a file without an index. */
const lateMs = 60_000;

export class ComparingThread {
  readonly #worker: Worker;
  #isEnded = false;

  constructor() {
    this.#worker = new Worker(new URL("difference-thread.ts", import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytesMax },
    });
    this.#worker.unref();
    this.#worker.once("exit", () => {
      this.#isEnded = true;
    });
    // A job that runs hears of the error too. A thread that fails between two jobs is not used again.
    this.#worker.on("error", () => {
      this.#isEnded = true;
    });
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  async end(): Promise<void> {
    this.#isEnded = true;
    await this.#worker.terminate();
  }

  /** Runs the job and returns its answer. A thread whose job did not finish is ended. */
  async run(job: DifferenceJob, { signal, answerNow }: Comparing): Promise<DifferenceAnswers[DifferenceTask["kind"]]> {
    signal.throwIfAborted();
    const worker = this.#worker;
    const { promise, resolve, reject } = Promise.withResolvers<DifferenceAnswers[DifferenceTask["kind"]]>();
    let isDone = false;
    const abort = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error("nobody waits for it any more"));
    const exit = (): void => reject(new Error("the thread that compares ended before it was done"));
    const tell = (message: ToThread): void => worker.postMessage(message);
    const hear = (message: ThreadMessage): void => {
      if (message.kind === "ask") {
        answerNow(message.question).then((answer) => tell({ kind: "told", answer }), reject);
        return;
      }
      isDone = true;
      if (message.kind === "done") resolve(message.answer);
      else reject(message.kind === "unreadable" ? unreadable(message.message) : new Error(message.message));
    };
    signal.addEventListener("abort", abort, { once: true });
    worker.on("message", hear);
    worker.once("error", reject);
    worker.once("exit", exit);
    worker.ref();
    const late = setTimeout(() => reject(tooLate()), job.budget.msMax + lateMs);
    tell({ kind: "job", job });
    try {
      return await promise;
    } finally {
      clearTimeout(late);
      signal.removeEventListener("abort", abort);
      worker.off("message", hear);
      worker.off("error", reject);
      worker.off("exit", exit);
      worker.unref();
      if (!isDone) await this.end();
    }
  }
}

function unreadable(reason: string): EngineError {
  return new EngineError("SAVEPOINT_UNREADABLE", `the file of a savepoint cannot be read: ${reason}`, "Choose another savepoint.");
}

function tooLate(): EngineError {
  return new EngineError(
    "SAVEPOINT_UNREADABLE",
    "the file has no index by type and id, and reading it so takes too long",
    "Give its table state the key (type, id, name), or restore it and take a savepoint.",
  );
}
