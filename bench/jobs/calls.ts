/**
 * calls: the same adds as calls over HTTP, answered by the function, beside plain messages in the same gateway, because only the ratio
 * tells much.
 */
import type { Job, Sample } from "../job.ts";
import { httpLoad } from "../load/http-load.ts";
import { System } from "../system.ts";
import { functionTypes, ids, inFlights } from "../workload.ts";
import { ourContentType, ourPath } from "./add-http.ts";

const callPath = [`/v1/calls/${functionTypes.counter}/e`, "?timeout=30s"] as const;

export const calls: Job = {
  name: "calls",
  what: "calls that the function answers, over HTTP (wrk), with plain messages beside them",
  async run({ folder, seconds, warmUpSeconds }) {
    await using system = await System.start({ folder });
    const load = (path: readonly [string, string], inFlight: number, lasts: number) =>
      httpLoad(system.gateway.url, { inFlight, seconds: lasts, ids, path, contentType: ourContentType });
    await system.measure(() => load(callPath, 32, warmUpSeconds));
    const samples: Sample[] = [];
    for (const inFlight of inFlights) {
      samples.push({ line: "calls:plain", inFlight, figures: await system.measure(() => load(ourPath, inFlight, seconds)) });
      samples.push({ line: "calls", inFlight, figures: await system.measure(() => load(callPath, inFlight, seconds)) });
    }
    return samples;
  },
};
