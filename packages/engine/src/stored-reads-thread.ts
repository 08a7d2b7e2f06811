/**
 * The thread that answers stored reads of one store (adapters/stored-reads/threaded-reads.ts begins and ends it): the store's epoch log,
 * followed, over its LevelDB. The composition root of that thread. Each question is answered from one snapshot.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { serialize } from "node:v8";
import { parentPort, workerData } from "node:worker_threads";
import { diskLogBytes } from "./adapters/epoch-log/disk-log-bytes.ts";
import { FollowedStore } from "./adapters/epoch-log/followed-store.ts";
import { LogProgress } from "./adapters/epoch-log/log-progress.ts";
import { openLevelReader } from "./adapters/leveldb/store-level.ts";
import type { FromReads, StoredReadsTask, ToReads } from "./adapters/stored-reads/stored-reads-message.ts";
import { EngineError } from "@signalbox/runtime/model/engine-error";
import { readFromSnapshot } from "./runtime/reads/engine-reads.ts";

const { storeFolder, progress } = workerData as StoredReadsTask;
if (parentPort === null) throw new Error("the thread of stored reads has no parent");
const port = parentPort;
const level = await openLevelReader(storeFolder);
const store = new FollowedStore({
  below: level,
  bytes: diskLogBytes(storeFolder),
  progress: new LogProgress(progress),
  giveWay: () => nextTurn(),
});
let isEnding = false;

port.on("message", (message: ToReads) => {
  switch (message.kind) {
    case "ask":
      return void answer(message).then(say);
    case "end":
      return void end();
  }
});
say({ kind: "ready" });

async function answer({ call, name, given }: Extract<ToReads, { kind: "ask" }>): Promise<FromReads> {
  try {
    const snapshot = await store.snapshot();
    try {
      return { kind: "answer", call, bytes: serialize(await readFromSnapshot(snapshot, name, given)) };
    } finally {
      await snapshot.close();
    }
  } catch (error) {
    if (!(error instanceof EngineError) || error.code === "STORE_FAILED") return { kind: "failed", call, reason: String(error) };
    const { code, message, cure, retryAfterMs } = error;
    return { kind: "refusal", call, refusal: { code, message, cure, retryAfterMs } };
  }
}

function say(message: FromReads): void {
  if (!isEnding) port.postMessage(message);
}

/** Closing LevelDB here ends what still reads it. */
async function end(): Promise<void> {
  isEnding = true;
  await level.close();
  port.close();
}
