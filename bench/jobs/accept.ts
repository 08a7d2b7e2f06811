/** Accept only: nothing listens at the endpoint, so its breaker is open, nothing is dispatched and every message waits, durable. */
import type { Job } from "../job.ts";
import { httpLoad } from "../load/http-load.ts";
import { streamLoad } from "../load/stream-load.ts";
import { System } from "../system.ts";
import { functionTypes, ids, inFlightBatches, inFlightFull, randomIds } from "../workload.ts";
import { ourContentType, ourPath } from "./add-http.ts";

export const accept: Job = {
  name: "accept",
  what: "accept only: durable, the endpoint is dead and nothing is dispatched",
  async run({ folder, seconds, warmUpSeconds }) {
    await using system = await System.start({ folder, functions: "not-started" });
    const nextId = randomIds(ids, "accept");
    const stream = (inFlight: number, lasts: number) =>
      streamLoad(system.grpc, { inFlight, seconds: lasts, type: functionTypes.counter, nextId });
    const http = () => httpLoad(system.gateway.url, { inFlight: inFlightFull, seconds, ids, path: ourPath, contentType: ourContentType });
    const none = { hops: 0 };
    await system.measure(() => stream(inFlightFull, warmUpSeconds), none);
    return [
      { line: "accept:http", inFlight: inFlightFull, figures: await system.measure(http, none) },
      { line: "accept:stream", inFlight: inFlightFull, figures: await system.measure(() => stream(inFlightFull, seconds), none) },
      { line: "accept:stream", inFlight: inFlightBatches, figures: await system.measure(() => stream(inFlightBatches, seconds), none) },
    ];
  },
};
