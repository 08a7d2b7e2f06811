/**
 * partitions: the same adds and chains with one, two and four partitions, each number in a gateway of its own. On few cores they share what
 * there is; the figures that tell about more cores are the CPU a message, and the part of it in the gateway's own thread, of which there is
 * one.
 */
import type { Figures, Job, Sample } from "../job.ts";
import { streamLoad } from "../load/stream-load.ts";
import { cpuMicroseconds, mainThreadMicroseconds } from "../process-usage.ts";
import { System } from "../system.ts";
import { functionTypes, ids, inFlightFull, randomIds } from "../workload.ts";

const counts = [1, 2, 4] as const;

export const partitions: Job = {
  name: "partitions",
  what: "add and chain over the stream with 1, 2 and 4 partitions",
  async run({ folder, seconds, warmUpSeconds }) {
    const samples: Sample[] = [];
    for (const count of counts) {
      await using system = await System.start({ folder, env: { SIGNALBOX_PARTITIONS: String(count) } });
      const measure = (type: string, lasts: number): Promise<Figures> =>
        withMainThread(system, {
          hops: type === functionTypes.first ? 2 : 1,
          load: () => streamLoad(system.grpc, { inFlight: inFlightFull, seconds: lasts, type, nextId: randomIds(ids, "partitions") }),
        });
      await measure(functionTypes.first, warmUpSeconds);
      for (const [name, type] of [
        ["add", functionTypes.counter],
        ["chain", functionTypes.first],
      ] as const) {
        samples.push({ line: `partitions:${count}:${name}`, inFlight: inFlightFull, figures: await measure(type, seconds) });
      }
    }
    return samples;
  },
};

async function withMainThread(
  system: System,
  { load, hops }: { load: () => ReturnType<typeof streamLoad>; hops: number },
): Promise<Figures> {
  const { pid } = system.gateway;
  const allBefore = cpuMicroseconds(pid);
  const mainBefore = mainThreadMicroseconds(pid);
  const figures = await system.measure(load, { hops });
  const allAfter = cpuMicroseconds(pid);
  const mainAfter = mainThreadMicroseconds(pid);
  if (allBefore === undefined || mainBefore === undefined || allAfter === undefined || mainAfter === undefined) return figures;
  const share = (mainAfter - mainBefore) / (allAfter - allBefore);
  return { ...figures, mainThreadCpuMicroseconds: share * (figures.gatewayCpuMicroseconds ?? 0) };
}
