/**
 * frames: adds and chains with functions that take several requests in one, and with the same functions that do not, in turns, each in a
 * gateway of its own. The ratio of neighbours is what counts.
 */
import type { Figures, Job, Sample } from "../job.ts";
import { streamLoad } from "../load/stream-load.ts";
import { System } from "../system.ts";
import { functionTypes, ids, inFlightFull, randomIds } from "../workload.ts";

export const frames: Job = {
  name: "frames",
  what: "add and chain over the stream, with frames and without",
  async run({ folder, seconds, warmUpSeconds }) {
    const samples: Sample[] = [];
    for (const way of ["off", "on"] as const) {
      await using system = await System.start({ folder, frames: way === "on" });
      const measure = (type: string, inFlight: number, lasts: number): Promise<Figures> =>
        system.measure(() => streamLoad(system.grpc, { inFlight, seconds: lasts, type, nextId: randomIds(ids, "frames") }), {
          hops: type === functionTypes.first ? 2 : 1,
        });
      await measure(functionTypes.first, inFlightFull, warmUpSeconds);
      for (const [line, type, inFlight] of [
        [`frames:${way}`, functionTypes.counter, inFlightFull],
        [`frames:${way}`, functionTypes.counter, 1],
        [`frames:${way}:chain`, functionTypes.first, inFlightFull],
      ] as const)
        samples.push({ line, inFlight, figures: await measure(type, inFlight, seconds) });
    }
    return samples;
  },
};
