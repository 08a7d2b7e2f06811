/**
 * The console on Flow at full load, against no console. On few cores Chromium takes the CPU that is being measured, so the goal is read
 * from one reader of the live stream that asks for what Flow asks for; the line with Chromium shows both together.
 */
import type { Job, Sample } from "../job.ts";
import { openConsole, readLiveStream } from "../load/console-reader.ts";
import type { Load } from "../load/load.ts";
import { streamLoad } from "../load/stream-load.ts";
import { System } from "../system.ts";
import { functionTypes, ids, inFlightFull, randomIds } from "../workload.ts";

/** LevelDB rewrites its tables every few seconds, so a comparison over too few turns would measure that and not the reader. */
const turns = 4;

export const consoleOpen: Job = {
  name: "console",
  what: "add over the stream: console closed, one reader of Flow's live stream, Chromium on Flow",
  async run({ folder, seconds, warmUpSeconds, note }) {
    await using system = await System.start({ folder });
    const nextId = randomIds(ids, "console");
    const load = (lasts: number) =>
      streamLoad(system.grpc, { inFlight: inFlightFull, seconds: lasts, type: functionTypes.counter, nextId });
    await system.measure(() => load(warmUpSeconds));
    const closed = async (): Promise<Sample> => {
      return { line: "console:closed", inFlight: inFlightFull, figures: await system.measure(() => load(seconds)) };
    };
    const samples: Sample[] = [await closed()];
    // The two are measured in turns, so that what the gateway does later in its life, and what else the machine does, favours neither.
    for (let turn = 1; turn <= turns; turn++) samples.push(await readWhile(system, () => load(seconds)), await closed());
    try {
      const browser = await openConsole(system.gateway.url, "/flow");
      const open = await system.measure(() => load(seconds));
      await browser.close();
      return [...samples, { line: "console:chromium", inFlight: inFlightFull, figures: open }];
    } catch (error) {
      note(`console:chromium was not measured: ${error instanceof Error ? error.message : String(error)}`);
      return samples;
    }
  },
};

async function readWhile(system: System, load: () => Promise<Load>): Promise<Sample> {
  const reader = await readLiveStream(system.gateway.url);
  const figures = await system.measure(load);
  if (reader.bytes() === 0) throw new Error("the live stream sent nothing while the load ran");
  await reader.close();
  return { line: "console:stream", inFlight: inFlightFull, figures };
}
