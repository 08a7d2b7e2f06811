/** The limit: a bare echo of the same bytes, undici to node:http, nothing in between and nothing durable. One hop; a message makes two. */
import { Functions } from "../../e2e/stack/functions.ts";
import { freePortsFrom } from "../../e2e/stack/child.ts";
import type { Job, Sample } from "../job.ts";
import { bareEcho } from "../load/bare-echo.ts";
import { firstPort, measured } from "../system.ts";
import { inFlights } from "../workload.ts";

export const echo: Job = {
  name: "echo",
  what: "the limit: bare echo of the same bytes, one HTTP hop, nothing kept",
  async run({ seconds, warmUpSeconds }) {
    const [port = 0] = await freePortsFrom(firstPort, 1);
    await using functions = await Functions.start("bench/echo-process.ts", { port });
    const url = `http://127.0.0.1:${port}`;
    await bareEcho(url, { inFlight: 32, seconds: warmUpSeconds });
    const samples: Sample[] = [];
    for (const inFlight of inFlights) {
      const work = {
        load: () => bareEcho(url, { inFlight, seconds }),
        hops: 0,
        handled: () => Promise.resolve(0),
        untilHandled: () => Promise.resolve(),
      };
      samples.push({ line: "echo", inFlight, figures: await measured({ gateway: undefined, functions: functions.pid }, work) });
    }
    return samples;
  },
};
