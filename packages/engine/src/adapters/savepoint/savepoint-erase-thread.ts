/**
 * Savepoint erase thread: the thread that removes values from a savepoint file. It inspects the file as before a restore, writes its rows
 * into a part file without those of erased entities, and syncs and inspects that part too. Synchronous: it answers once
 * (savepoint-erase.ts).
 */
import type { MessagePort } from "node:worker_threads";
import { EngineError, type EngineErrorCode } from "@signalbox/runtime/model/engine-error";
import type { ErasureCounts, ErasureTarget } from "@signalbox/runtime/model/erasure";
import { savepointRowKinds, type SavepointRow } from "../../model/savepoint-rows.ts";
import { inspectSavepointFile, openSavepointDatabase, type SavepointInspection } from "./savepoint-inspect.ts";
import { SavepointPart } from "./savepoint-part.ts";
import { rowsOf } from "./savepoint-rows-of.ts";

export interface EraseTask {
  readonly path: string;
  /** Undefined when matches are only counted. */
  readonly part: string | undefined;
  readonly targets: readonly ErasureTarget[];
  readonly expectedChecksum: string | undefined;
}

export interface ErasePlan {
  readonly counts: ErasureCounts;
  readonly rows: number;
  left(rows: Iterable<SavepointRow>): Iterable<SavepointRow>;
}

export type PlanErasure = (rows: Iterable<SavepointRow>, targets: readonly ErasureTarget[]) => ErasePlan;

export type EraseAnswer =
  | { readonly kind: "erased"; readonly counts: ErasureCounts; readonly inspection: SavepointInspection | undefined }
  | { readonly kind: "refused"; readonly code: EngineErrorCode; readonly message: string; readonly cure: string }
  /** `code` of the system or of SQLite, where there is one: disk-fault.ts reads it. */
  | { readonly kind: "failed"; readonly code: string; readonly message: string };

export function answerErasure(port: MessagePort | null, task: EraseTask, plan: PlanErasure): void {
  if (port === null) throw new Error("the thread of an erasure was started as a program; erase through the engine");
  port.postMessage(answer(task, plan));
}

function answer(task: EraseTask, plan: PlanErasure): EraseAnswer {
  try {
    return { kind: "erased", ...eraseInFile(task, plan) };
  } catch (error) {
    if (error instanceof EngineError) return { kind: "refused", code: error.code, message: error.message, cure: error.cure };
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    return { kind: "failed", code, message: error instanceof Error ? error.message : String(error) };
  }
}

function eraseInFile({ path, part, targets, expectedChecksum }: EraseTask, plan: PlanErasure) {
  const { columns, header } = inspectSavepointFile(path, expectedChecksum);
  const database = openSavepointDatabase(path);
  try {
    const rows: Iterable<SavepointRow> = {
      *[Symbol.iterator]() {
        for (const kind of savepointRowKinds) yield* rowsOf(database, { kind, columns: columns[kind], header });
      },
    };
    const planned = plan(rows, targets);
    if (part === undefined || planned.rows === 0) return { counts: planned.counts, inspection: undefined };
    writePart(new SavepointPart(part, header), planned.left(rows));
    return { counts: planned.counts, inspection: inspectSavepointFile(part, undefined) };
  } finally {
    database.close();
  }
}

function writePart(part: SavepointPart, rows: Iterable<SavepointRow>): void {
  try {
    for (const row of rows) part.add(row);
    part.finish();
  } catch (error) {
    part.close();
    throw error;
  }
}
