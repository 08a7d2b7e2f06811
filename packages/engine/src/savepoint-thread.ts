/**
 * The thread that writes a savepoint file: the adapter's part file, fed with what the core says an entry is. Started by
 * adapters/savepoint/savepoint-writer.ts for one file; it ends with the file, with the first failure, or when it is terminated.
 */
import { parentPort, workerData } from "node:worker_threads";
import { answerWriter } from "./adapters/savepoint/savepoint-part-thread.ts";
import { savepointRowsOf } from "./core/store/savepoint-entry.ts";

answerWriter(parentPort, workerData, savepointRowsOf);
