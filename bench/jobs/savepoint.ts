/** A savepoint of many entities while random adds over all of them go on: how long it takes, and what it does to the traffic. */
import type { Job } from "../job.ts";
import { percentiles } from "../load/load.ts";
import { streamLoad } from "../load/stream-load.ts";
import { System } from "../system.ts";
import { functionTypes, inFlightFull, randomIds } from "../workload.ts";
import { setTimeout as delay } from "node:timers/promises";

export const savepoint: Job = {
  name: "savepoint",
  what: "savepoint of many entities under load; the traffic before and during it",
  async run({ folder, seconds, warmUpSeconds, entities, filledHome, note }) {
    const dataDir = await filledHome.copy();
    await using system = await System.start({ folder, dataDir });
    const ending = new AbortController();
    const nextId = randomIds(entities, "savepoint");
    const load = streamLoad(system.grpc, { inFlight: inFlightFull, type: functionTypes.counter, nextId, signal: ending.signal });
    await delay(warmUpSeconds * 1000);
    const beforeMs = performance.now();
    await delay(seconds * 1000);
    const startedMs = performance.now();
    const summary = await system.gateway.api.request<{ entities: number; sizeBytes: number }>("POST", "/v1/savepoints", {
      timeoutMs: 600_000,
    });
    const endedMs = performance.now();
    ending.abort();
    const { sentAtMs, latenciesMs } = await load;
    if (summary.entities < entities) note(`savepoint: ${summary.entities} entities in it, of ${entities}`);
    const traffic = (fromMs: number, toMs: number) => {
      // A message is assigned by the moment of its answer, so one that hung while the savepoint began belongs to the savepoint.
      const inside = latenciesMs.filter((latencyMs, index) => {
        const answeredMs = (sentAtMs[index] ?? 0) + latencyMs;
        return answeredMs >= fromMs && answeredMs < toMs;
      });
      return { messagesPerSecond: inside.length / ((toMs - fromMs) / 1000), ...percentiles(inside) };
    };
    return [
      { line: "savepoint:before", inFlight: inFlightFull, figures: traffic(beforeMs, startedMs) },
      {
        line: "savepoint:during",
        inFlight: inFlightFull,
        figures: {
          ...traffic(startedMs, endedMs),
          tookSeconds: (endedMs - startedMs) / 1000,
          diskMegabytes: summary.sizeBytes / 1024 / 1024,
        },
      },
    ];
  },
};
