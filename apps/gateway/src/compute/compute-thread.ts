/**
 * Compute thread: does the tasks of compute-task.ts one after the other, away from the engine's thread. compute.ts starts it, and ends it
 * when a task takes too long.
 */
import { parentPort } from "node:worker_threads";
import { descriptorFault } from "@signalbox/proto";
import { parseModule } from "../modules/parse-module.ts";
import { lookUp } from "../shape/json-look-up.ts";
import { closedForCrossing } from "../shape/secret.ts";
import type { ComputeReply, ComputeRequest, ComputeTask } from "./compute-task.ts";

parentPort?.on("message", ({ id, task }: ComputeRequest) => {
  parentPort?.postMessage(replyTo(id, task));
});

function replyTo(id: number, task: ComputeTask): ComputeReply {
  try {
    return { id, kind: "done", answer: answerTo(task) };
  } catch (error) {
    return { id, kind: "failed", message: error instanceof Error ? error.message : String(error) };
  }
}

function answerTo(task: ComputeTask): unknown {
  switch (task.kind) {
    case "parse-module":
      return closedForCrossing(parseModule(task.text));
    case "check-descriptors":
      return descriptorFault(task.bytes);
    case "look-up":
      return lookUp(task.bytes, task.pointers);
    case "spin":
      for (;;);
  }
}
