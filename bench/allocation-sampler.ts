/**
 * AllocationSampler: loaded into a gateway by garbage-check.ts (`--import`). The first SIGUSR2 begins to sample what its main thread allocates,
 * the second writes the profile to the file that GARBAGE_PROFILE names. What a collection has freed is counted too.
 */
import { writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { isMainThread } from "node:worker_threads";

const sampleBytes = 16 * 1024;
const file = process.env["GARBAGE_PROFILE"];

if (isMainThread && file !== undefined) {
  const session = new Session();
  session.connect();
  let samples = false;
  process.on("SIGUSR2", () => {
    const done = samples ? end(session, file) : begin(session);
    samples = !samples;
    done.catch((error: unknown) => console.error("garbage-check:", error));
  });
}

async function begin(session: Session): Promise<void> {
  const freedToo = { includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: true };
  await session.post("HeapProfiler.startSampling", { samplingInterval: sampleBytes, ...freedToo });
}

async function end(session: Session, path: string): Promise<void> {
  const { profile } = await session.post("HeapProfiler.stopSampling");
  writeFileSync(path, JSON.stringify(profile));
}
