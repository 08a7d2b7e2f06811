/**
 * StartMemory: while what waits on disk is counted after a start, every entity that waits takes memory; a store with millions may hold more than
 * the heap may have, and V8 then ends the process without a word that helps. So what is left after each full collection is looked at
 * until the count is over: too near the limit, twice in a row, and the start is given up with its cause and a way out. Nothing is lost: what waits
 * is on disk. Neighbours: run-gateway.ts says it, serve-gateway.ts watches.
 */
import { PerformanceObserver, constants } from "node:perf_hooks";
import { getHeapStatistics } from "node:v8";
import type { Engine } from "@signalbox/runtime";
import { exitCodes, type StartProblem } from "./start-problem.ts";

/** Of the heap's limit, in use right after a full collection. */
const usedShareMax = 0.9;
const megabyte = 1024 * 1024;
/** V8's limit counts the young generation in, three times the --max-semi-space-size that `npm start` sets; what waits lives in the old one. */
const youngBytesMax = 3 * 8 * megabyte;

export interface Heap {
  readonly usedBytes: number;
  readonly limitBytes: number;
}

export interface MemoryWatch {
  readonly engine: Pick<Engine, "status">;
  readonly giveUp: (problem: StartProblem) => void;
  /** After each full collection, until the returned function is called. */
  readonly collections?: (listener: () => void) => () => void;
  readonly heap?: () => Heap;
}

export function watchStartMemory({ engine, giveUp, collections = fullCollections, heap = heapNow }: MemoryWatch): void {
  if (!engine.status().countingMailboxes) return;
  let tooMuch = 0;
  const stop = collections(() => {
    const status = engine.status();
    if (!status.countingMailboxes) return stop();
    const { usedBytes, limitBytes } = heap();
    tooMuch = usedBytes >= usedShareMax * limitBytes ? tooMuch + 1 : 0;
    if (tooMuch < 2) return;
    stop();
    giveUp(problemOf({ usedBytes, limitBytes }, status));
  });
}

function problemOf({ usedBytes, limitBytes }: Heap, { residentEntities, waitingMessages }: ReturnType<Engine["status"]>): StartProblem {
  const used = Math.round(usedBytes / megabyte);
  const limit = Math.round(limitBytes / megabyte);
  return {
    what: `The start needs more memory than it may have: ${used} of ${limit} MB are in use, and ${waitingMessages} waiting messages of ${residentEntities} entities are only a part of what waits on disk.`,
    where: "memory of the process (OUT_OF_MEMORY)",
    cure: `Start with a larger heap, for example NODE_OPTIONS=--max-old-space-size=${2 * limit}, with as much memory for the machine or container; nothing is lost, what waits is on disk.`,
    exitCode: exitCodes.settings,
  };
}

function heapNow(): Heap {
  const { used_heap_size: usedBytes, heap_size_limit: limitBytes } = getHeapStatistics();
  return { usedBytes, limitBytes: limitBytes - youngBytesMax };
}

function fullCollections(listener: () => void): () => void {
  const observer = new PerformanceObserver((list) => {
    if (list.getEntries().some((entry) => kindOf(entry) === constants.NODE_PERFORMANCE_GC_MAJOR)) listener();
  });
  observer.observe({ entryTypes: ["gc"] });
  return () => observer.disconnect();
}

function kindOf(entry: object): unknown {
  const detail: unknown = "detail" in entry ? entry.detail : undefined;
  return typeof detail === "object" && detail !== null && "kind" in detail ? detail.kind : undefined;
}
