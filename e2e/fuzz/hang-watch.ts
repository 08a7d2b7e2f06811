/**
 * HangWatch: a second thread that sees whether cases continue. A case that never gives the thread back cannot be stopped from inside, so
 * the watcher says which one it was and ends the process.
 */
import { Worker } from "node:worker_threads";

export interface HangWatch extends Disposable {
  /** Called when a case begins. */
  next(): void;
}

const watcher = `
const { workerData } = require("node:worker_threads");
const { writeSync } = require("node:fs");
const count = new Int32Array(workerData.shared);
let last = -1;
let sinceMs = Date.now();
setInterval(() => {
  const now = Atomics.load(count, 0);
  if (now !== last || now === 0) { last = now; sinceMs = Date.now(); return; }
  if (Date.now() - sinceMs < workerData.caseMsMax) return;
  const place = "--seed " + workerData.seed + ", case " + (now - 1);
  writeSync(2, workerData.target + ": case does not end within " + workerData.caseMsMax + " ms (" + place + ")\\n0 passed, 1 failed\\n");
  process.kill(process.pid, "SIGKILL");
}, 250);
`;

export function watchForHang(target: string, { caseMsMax, seed }: { caseMsMax: number; seed: number }): HangWatch {
  const shared = new SharedArrayBuffer(4);
  const count = new Int32Array(shared);
  const worker = new Worker(watcher, { eval: true, workerData: { shared, caseMsMax, seed, target } });
  worker.unref();
  return {
    next: () => void Atomics.add(count, 0, 1),
    [Symbol.dispose]: () => void worker.terminate(),
  };
}
