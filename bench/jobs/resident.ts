/**
 * Many entities on disk: random adds over all of them, beside the same load over 10 000 ids in a gateway of its own that holds no others.
 */
import type { Job } from "../job.ts";
import { streamLoad } from "../load/stream-load.ts";
import { System } from "../system.ts";
import { functionTypes, ids, inFlightFull, randomIds } from "../workload.ts";

export const resident: Job = {
  name: "resident",
  what: "random adds over many entities on disk (1 000 000 unless --entities says otherwise), and over 10 000 without them",
  async run({ folder, seconds, warmUpSeconds, entities, filledHome }) {
    const measure = async (system: System, count: number) => {
      const nextId = randomIds(count, `resident ${count}`);
      const load = (lasts: number) =>
        streamLoad(system.grpc, { inFlight: inFlightFull, seconds: lasts, type: functionTypes.counter, nextId });
      await system.measure(() => load(warmUpSeconds));
      return system.measure(() => load(seconds));
    };
    const dataDir = await filledHome.copy();
    const few = await (async () => {
      await using system = await System.start({ folder });
      return await measure(system, ids);
    })();
    await using system = await System.start({ folder, dataDir });
    return [
      { line: "resident:few", inFlight: inFlightFull, figures: few },
      { line: "resident:many", inFlight: inFlightFull, figures: await measure(system, entities) },
    ];
  },
};
