/** Restart after kill -9 with many entities on disk and many messages waiting: from spawn to GET /health ok and to the first invocation's reply. */
import { until } from "../../e2e/stack/until.ts";
import type { Job } from "../job.ts";
import { HandledServer } from "../load/handled-server.ts";
import { streamLoad } from "../load/stream-load.ts";
import { System } from "../system.ts";
import { functionTypes, inFlightBatches, randomIds } from "../workload.ts";
import { residentMegabytes } from "../process-usage.ts";

const healthEveryMs = 4;

export const restart: Job = {
  name: "restart",
  what: "restart after kill -9 with many entities and 100 000 waiting messages (or --waiting)",
  async run({ folder, entities, waitingMessages, filledHome }) {
    await using handled = await HandledServer.start();
    const dataDir = await filledHome.copy();
    await using system = await System.start({ folder, dataDir, handled, functions: "not-started" });
    const { gateway, functions } = system;
    await streamLoad(system.grpc, {
      inFlight: inFlightBatches,
      type: functionTypes.counter,
      nextId: randomIds(entities, "restart"),
      messagesMax: waitingMessages,
    });
    await gateway.kill();
    await functions.start();
    const startedMs = performance.now();
    const firstReply = handled.reached(1);
    const healthy = until(async () => (await fetch(`${gateway.url}/health`)).ok && performance.now(), {
      what: "the gateway to be healthy again",
      timeoutMs: 60_000,
      everyMs: healthEveryMs,
    });
    await Promise.all([gateway.start(), healthy, firstReply]);
    const healthyMs = (await healthy) - startedMs;
    const firstReplyMs = (await firstReply) - startedMs;
    // Every message must come to its end, so nothing was lost.
    await handled.reached(waitingMessages);
    const tookSeconds = (performance.now() - startedMs) / 1000;
    return [
      { line: "restart", figures: { healthyMs, firstReplyMs, tookSeconds, gatewayPeakMegabytes: residentMegabytes(gateway.pid)?.peak } },
    ];
  },
};
