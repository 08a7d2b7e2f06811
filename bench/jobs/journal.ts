/** What the journal costs: the same adds with the journal full and off, each in a gateway of its own, one after the other. */
import type { Job, Sample } from "../job.ts";
import { streamLoad } from "../load/stream-load.ts";
import { System } from "../system.ts";
import { functionTypes, ids, inFlightFull, randomIds } from "../workload.ts";

export const journal: Job = {
  name: "journal",
  what: "add over the stream with the journal full and off",
  async run({ folder, seconds, warmUpSeconds }) {
    const samples: Sample[] = [];
    for (const level of ["full", "off"]) {
      await using system = await System.start({ folder, env: { SIGNALBOX_JOURNAL_LEVEL: level } });
      const load = (lasts: number) =>
        streamLoad(system.grpc, {
          inFlight: inFlightFull,
          seconds: lasts,
          type: functionTypes.counter,
          nextId: randomIds(ids, "journal"),
        });
      await system.measure(() => load(warmUpSeconds));
      samples.push({ line: `journal:${level}`, inFlight: inFlightFull, figures: await system.measure(() => load(seconds)) });
    }
    return samples;
  },
};
