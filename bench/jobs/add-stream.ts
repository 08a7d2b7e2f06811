/**
 * add: messages come in over the gRPC Publish stream and go to an HTTP function, 10 000 ids.
 */
import type { Job, Sample } from "../job.ts";
import { streamLoad } from "../load/stream-load.ts";
import { System } from "../system.ts";
import { functionTypes, ids, inFlights, randomIds } from "../workload.ts";

export const addStream: Job = {
  name: "add-stream",
  what: "add over the gRPC Publish stream, 10 000 ids",
  async run({ folder, seconds, warmUpSeconds }) {
    await using system = await System.start({ folder });
    const nextId = randomIds(ids, "add-stream");
    const load = (inFlight: number, lasts: number) =>
      streamLoad(system.grpc, { inFlight, seconds: lasts, type: functionTypes.counter, nextId });
    await system.measure(() => load(32, warmUpSeconds));
    const samples: Sample[] = [];
    for (const inFlight of inFlights) {
      samples.push({ line: "add-stream", inFlight, figures: await system.measure(() => load(inFlight, seconds)) });
    }
    return samples;
  },
};
