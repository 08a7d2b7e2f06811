/**
 * A worker thread with a collector of its own: it takes a number of events, then sends what an engine's thread would send.
 */
import { parentPort, workerData } from "node:worker_threads";
import { DigestSender } from "../../src/flow/digest-sender.ts";
import { FlowCollector } from "../../src/flow/flow-collector.ts";
import type { FlowWatch } from "../../src/flow/flow-digest.ts";
import { admitted, ended } from "./events.ts";

const { partition, messages, watch } = workerData as { partition: number; messages: number; watch: FlowWatch };
const ending = new AbortController();
const collector = new FlowCollector();
collector.watch(watch);
const digests = new DigestSender(collector, { send: (digest) => parentPort?.postMessage(digest), signal: ending.signal });
for (let n = 1; n <= messages; n += 1) {
  const id = `${partition}-${n}`;
  digests.on(admitted(n, { type: "shop/cart", id }));
  digests.on(ended(n, { type: "shop/cart", id }));
}
ending.abort();
