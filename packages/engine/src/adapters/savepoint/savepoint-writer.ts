/**
 * Savepoint writer: the engine's side of the thread that writes a part file (savepoint-part-thread.ts). It transfers chunks, at most
 * `chunksInFlightMax` ahead of what was written, and rejects with the thread's error, with the thread's death, or with the signal's reason.
 * savepoint-write.ts owns it and closes it.
 */
import { Worker } from "node:worker_threads";
import { EngineError } from "@signalbox/runtime/model/engine-error";
import type { SavepointFileRequest } from "../../ports/savepoint-files.ts";
import type { FreeCores } from "../free-cores.ts";
import type { SavepointChunk } from "./savepoint-chunk.ts";
import type { SavepointInspection } from "./savepoint-inspect.ts";
import type { PartAnswer, PartOrder, PartTask } from "./savepoint-part-thread.ts";

const chunksInFlightMax = 4;
/**
 * The rest after a chunk when cores are scarce: a savepoint would otherwise raise the p99 of the traffic, and it is less urgent than an
 * answer.
 */
const scarceRestShare = 1.25;

export interface SavepointWriterOptions {
  readonly thread: URL;
  readonly task: PartTask;
  readonly onProgress: SavepointFileRequest["onProgress"];
  readonly signal: AbortSignal | undefined;
  readonly cores: Pick<FreeCores, "areScarce">;
}

export class SavepointWriter {
  private readonly worker: Worker;
  private readonly options: SavepointWriterOptions;
  private readonly finished: Promise<SavepointInspection>;
  private chunksInFlight = 0;
  private rows = 0;
  private failed = false;
  private wake: () => void = () => undefined;
  private readonly stop = (): void => void this.worker.terminate();

  constructor(options: SavepointWriterOptions) {
    this.options = options;
    this.worker = new Worker(options.thread, { workerData: options.task });
    this.finished = this.receive();
    // The next call of `send` or `finish` rejects with the error.
    this.finished.catch(() => {
      this.failed = true;
      this.wake();
    });
    options.signal?.addEventListener("abort", this.stop, { once: true });
  }

  /** Resolves once there is room for another chunk. */
  async send(chunk: SavepointChunk): Promise<void> {
    const restShare = this.options.cores.areScarce() ? scarceRestShare : 0;
    this.post({ kind: "chunk", chunk, restShare }, [chunk.memory]);
    this.chunksInFlight++;
    if (this.chunksInFlight >= chunksInFlightMax && !this.failed) await new Promise<void>((resolve) => (this.wake = resolve));
    if (this.failed) await this.finished;
  }

  /** Resolves when the part is whole, synced and inspected. */
  finish(): Promise<SavepointInspection> {
    this.post({ kind: "end" }, []);
    return this.finished;
  }

  /** Resolves when nothing writes to the part any more. */
  async close(): Promise<void> {
    this.options.signal?.removeEventListener("abort", this.stop);
    await this.worker.terminate();
  }

  private post(order: PartOrder, moved: ArrayBuffer[]): void {
    this.worker.postMessage(order, moved);
  }

  private receive(): Promise<SavepointInspection> {
    const { signal, task } = this.options;
    return new Promise((resolve, reject) => {
      this.worker.on("message", (answer: PartAnswer) => {
        try {
          if (answer.kind === "finished") resolve(answer.inspection);
          else this.take(answer);
        } catch (error) {
          reject(error);
        }
      });
      this.worker.once("error", reject);
      this.worker.once("exit", (code) => reject(signal?.reason ?? new Error(`the thread that wrote ${task.path} ended with code ${code}`)));
    });
  }

  private take(answer: Exclude<PartAnswer, { kind: "finished" }>): void {
    switch (answer.kind) {
      case "written":
        this.chunksInFlight--;
        this.rows += answer.rows;
        this.options.onProgress?.({ rows: this.rows, phase: "writing" });
        return this.wake();
      case "syncing":
        return this.options.onProgress?.({ rows: this.rows, phase: "syncing" });
      case "refused":
        throw new EngineError(answer.code, answer.message, answer.cure);
      case "failed":
        throw Object.assign(new Error(answer.message), { code: answer.code });
    }
  }
}
