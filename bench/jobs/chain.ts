/**
 * Chain: bench/first adds and sends on to bench/counter, one way. Throughput over the stream; at 1 in flight over HTTP the time from
 * sending to A until B has handled it, by the load generator's clock (handled-server.ts).
 */
import type { Job } from "../job.ts";
import { endToEndLoad, HandledServer } from "../load/handled-server.ts";
import { streamLoad } from "../load/stream-load.ts";
import { System } from "../system.ts";
import { functionTypes, ids, inFlightFull, randomIds } from "../workload.ts";
import { ourContentType } from "./add-http.ts";

export const chain: Job = {
  name: "chain",
  what: "chain A → B by one-way sends; at 1 in flight latency is from sending until B has handled it",
  async run({ folder, seconds, warmUpSeconds }) {
    await using handled = await HandledServer.start();
    await using system = await System.start({ folder, handled });
    const nextId = randomIds(ids, "chain");
    const load = (lasts: number) => streamLoad(system.grpc, { inFlight: inFlightFull, seconds: lasts, type: functionTypes.first, nextId });
    const one = (lasts: number) =>
      endToEndLoad(system.gateway.url, {
        handled,
        seconds: lasts,
        contentType: ourContentType,
        path: () => `/v1/messages/${functionTypes.first}/${nextId()}`,
      });
    await system.measure(() => load(warmUpSeconds), { hops: 2 });
    const full = await system.measure(() => load(seconds), { hops: 2 });
    await system.measure(() => one(warmUpSeconds / 2), { hops: 2 });
    const single = await system.measure(() => one(seconds), { hops: 2 });
    return [
      { line: "chain", inFlight: 1, figures: single },
      { line: "chain", inFlight: inFlightFull, figures: full },
    ];
  },
};
