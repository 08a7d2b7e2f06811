/**
 * Savepoint part thread: what the writing thread does with the messages of savepoint-writer.ts: it writes chunks as rows of the part file,
 * and at the end syncs the file and inspects it as a restore would. When cores are scarce it rests between chunks for as long as the writer
 * says. It reports the first failure, closes the part and ends.
 */
import { performance } from "node:perf_hooks";
import type { MessagePort } from "node:worker_threads";
import { EngineError, type EngineErrorCode } from "@signalbox/runtime/model/engine-error";
import type { PauseEnd } from "@signalbox/runtime/model/pause-end";
import { withPauseEnds } from "../../model/pause-ends.ts";
import type { SavepointHeader, SavepointRow } from "../../model/savepoint-rows.ts";
import { entriesOf, type SavepointChunk } from "./savepoint-chunk.ts";
import { inspectSavepointFile, type SavepointInspection } from "./savepoint-inspect.ts";
import { SavepointPart } from "./savepoint-part.ts";

export interface PartTask {
  readonly path: string;
  readonly header: Omit<SavepointHeader, "formatVersion">;
  readonly pauseEnds: readonly PauseEnd[];
}

export type PartOrder =
  /** `restShare`: how long the thread rests after the chunk, as a share of the time that the chunk took. */
  { readonly kind: "chunk"; readonly chunk: SavepointChunk; readonly restShare: number } | { readonly kind: "end" };

export type PartAnswer =
  | { readonly kind: "written"; readonly rows: number }
  | { readonly kind: "syncing" }
  | { readonly kind: "finished"; readonly inspection: SavepointInspection }
  | { readonly kind: "refused"; readonly code: EngineErrorCode; readonly message: string; readonly cure: string }
  /** `code` of the system or of SQLite, where there is one: disk-fault.ts reads it. */
  | { readonly kind: "failed"; readonly code: string; readonly message: string };

export type ReadEntry = (key: string, value: Uint8Array) => readonly SavepointRow[];

export function answerWriter(port: MessagePort | null, task: PartTask, readEntry: ReadEntry): void {
  if (port === null) throw new Error("the thread of a savepoint was started as a program; take a savepoint through the engine");
  const tell = (answer: PartAnswer): void => port.postMessage(answer);
  let part: SavepointPart | undefined;
  const read = withPauseEnds(readEntry, task.pauseEnds);
  const carryOut = (order: PartOrder): void => {
    part ??= new SavepointPart(task.path, task.header);
    if (order.kind === "chunk") {
      const startedMs = performance.now();
      const rows = addChunk(part, order.chunk, read);
      if (order.restShare > 0) rest((performance.now() - startedMs) * order.restShare);
      return tell({ kind: "written", rows });
    }
    tell({ kind: "syncing" });
    part.finish();
    part = undefined;
    tell({ kind: "finished", inspection: inspectSavepointFile(task.path, undefined) });
    port.close();
  };
  port.on("message", (order: PartOrder) => {
    try {
      carryOut(order);
    } catch (error) {
      part?.close();
      tell(failureOf(error));
      port.close();
    }
  });
}

function addChunk(part: SavepointPart, chunk: SavepointChunk, readEntry: ReadEntry): number {
  let rows = 0;
  for (const [key, value] of entriesOf(chunk)) {
    for (const row of readEntry(key, value)) {
      part.add(row);
      rows++;
    }
  }
  part.flush();
  return rows;
}

const nothing = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

function rest(ms: number): void {
  Atomics.wait(nothing, 0, 0, ms);
}

function failureOf(error: unknown): PartAnswer {
  if (error instanceof EngineError) return { kind: "refused", code: error.code, message: error.message, cure: error.cure };
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return { kind: "failed", code, message: error instanceof Error ? error.message : String(error) };
}
