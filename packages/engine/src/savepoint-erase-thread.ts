/**
 * The thread that writes a savepoint file again without the values of some entities: the adapter's files, and what the core says becomes of
 * each row. Started by adapters/savepoint/savepoint-erase.ts for one file; it answers once and ends.
 */
import { parentPort, workerData } from "node:worker_threads";
import { answerErasure } from "./adapters/savepoint/savepoint-erase-thread.ts";
import { SavepointErasure } from "./core/erasure/savepoint-erasure.ts";

answerErasure(parentPort, workerData, (rows, targets) => new SavepointErasure(rows, targets));
