/**
 * Rollup thread: holds the file of the rollups, away from the engine's thread: it folds, writes, removes and answers, one thing after the
 * other. rollups.ts starts it and sends it work. By itself it only looks at the size of the data directory once a minute.
 */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { RollupStore } from "./rollup-store.ts";
import type { RollupQuestion, RollupReply, RollupRequest, RollupThreadData } from "./rollup-question.ts";

const diskMs = 60_000;
const filesMax = 200_000;
const { dataDir, ...options } = workerData as RollupThreadData;
const { store, warning } = RollupStore.open(options);

function tell(reply: RollupReply): void {
  parentPort?.postMessage(reply);
}

function answer(question: RollupQuestion): unknown {
  switch (question.kind) {
    case "range":
      return store.range(question.range, question.keys);
    case "busiest":
      return store.busiest(question);
    case "marks":
      return store.marks(question.range);
    case "reach":
      return store.reach();
  }
}

parentPort?.on("message", (request: RollupRequest) => {
  switch (request.kind) {
    case "question":
      try {
        tell({ kind: "answer", id: request.id, answer: answer(request.question) });
      } catch (error) {
        tell({ kind: "refused", id: request.id, message: messageOf(error) });
      }
      return;
    case "end":
      clearInterval(disk);
      try {
        store.close();
      } catch (error) {
        tell({ kind: "warning", message: messageOf(error) });
      }
      tell({ kind: "ended" });
      parentPort?.close();
      return;
    case "second":
    case "mark":
      try {
        if (request.kind === "second") store.append(request.second);
        else store.mark(request.mark);
      } catch (error) {
        tell({ kind: "warning", message: messageOf(error) });
      }
      tell({ kind: "taken" });
  }
});

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Files come and go meanwhile, so what cannot be looked at counts as 0. */
function bytesBelow(folder: string): number {
  let bytes = 0;
  let files = 0;
  const folders = [folder];
  for (let at = folders.pop(); at !== undefined && files < filesMax; at = folders.pop()) {
    try {
      for (const entry of readdirSync(at, { withFileTypes: true })) {
        files += 1;
        if (entry.isDirectory()) folders.push(join(at, entry.name));
        else if (entry.isFile()) bytes += statSync(join(at, entry.name), { throwIfNoEntry: false })?.size ?? 0;
      }
    } catch {
      continue;
    }
  }
  return bytes;
}

const lookAtDisk = (): void => tell({ kind: "disk", bytes: bytesBelow(dataDir) });
const disk = setInterval(lookAtDisk, diskMs);
disk.unref();
tell({ kind: "opened", warning });
lookAtDisk();
