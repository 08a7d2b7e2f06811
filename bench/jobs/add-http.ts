/**
 * add: messages come in over HTTP by wrk and go to an HTTP function, 10 000 ids.
 */
import type { Job, Sample } from "../job.ts";
import { httpLoad } from "../load/http-load.ts";
import { System } from "../system.ts";
import { functionTypes, ids, inFlights, valueType } from "../workload.ts";

export const ourPath = [`/v1/messages/${functionTypes.counter}/e`, ""] as const;
export const ourContentType = `application/vnd.${valueType}`;

export const addHttp: Job = {
  name: "add-http",
  what: "add over HTTP (wrk), 10 000 ids",
  async run({ folder, seconds, warmUpSeconds }) {
    await using system = await System.start({ folder });
    const load = (inFlight: number, lasts: number) =>
      httpLoad(system.gateway.url, { inFlight, seconds: lasts, ids, path: ourPath, contentType: ourContentType });
    await system.measure(() => load(32, warmUpSeconds));
    const samples: Sample[] = [];
    for (const inFlight of inFlights) {
      samples.push({ line: "add-http", inFlight, figures: await system.measure(() => load(inFlight, seconds)) });
    }
    return samples;
  },
};
