/**
 * PartitionWorker: the thread of one partition: its store, its connections to functions, its housekeeper, its observer. It does what the
 * gateway's thread asks (worker-partition.ts there), exchanges outbox entries with the other partitions directly, and reports its status
 * every reportMs while that changes. This file is the composition root of the thread, as open-engine.ts is of the gateway's thread.
 */
import { workerData, parentPort } from "node:worker_threads";
import { ReplyMemory } from "../adapters/http/reply-memory.ts";
import { createTransport } from "../adapters/create-transport.ts";
import { placesOf } from "../adapters/endpoint-places.ts";
import { openDiskStore } from "../adapters/disk-store.ts";
import { systemClock } from "../adapters/system-clock.ts";
import { systemRandom } from "../adapters/system-random.ts";
import { limitsOfOne } from "../limits.ts";
import { conditionsOf } from "../runtime/processor/conditions.ts";
import { LocalPartition } from "../runtime/local-partition.ts";
import { FramePort } from "./frame-port.ts";
import { part, writeError } from "./frame.ts";
import { PartitionLinks } from "./partition-links.ts";
import { PartitionServer } from "./partition-server.ts";
import { note, openWorkerObserver, sendNote } from "./worker-observer.ts";
import type { PartitionTask } from "./partition-task.ts";

const task = workerData as PartitionTask;
if (parentPort === null) throw new Error("a partition's thread has no parent");
const port = new FramePort(parentPort, (reader) => server.hear(reader));
const links = new PartitionLinks(task.links);
const observer = await openWorkerObserver(task, port);
const server = new PartitionServer({ port, links, observer });

try {
  const { index, count } = task.place;
  const transport = createTransport({ places: placesOf(task.endpointAllow), replyMemory: new ReplyMemory(task.replyMemory) });
  const partition = await LocalPartition.open(
    {
      store: await openDiskStore(task.storePath, { partitions: count }),
      transport,
      clock: systemClock,
      random: systemRandom,
      observer,
      conditions: conditionsOf(task.conditions),
      forward: (delivery) => links.forward(delivery),
      egressDurable: (egress) => sendNote(port, note.egressDurable, egress),
    },
    { limits: limitsOfOne(task.limits, count), place: { index, count }, bindings: task.bindings },
  );
  server.serve(partition, transport);
} catch (error) {
  port.write((writer) => {
    writer.byte(part.refusal);
    writer.number(0);
    writeError(writer, error);
  });
}
