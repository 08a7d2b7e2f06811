/** runJobs: every job once in each repeat, so that what changes on the machine meanwhile falls on all of them (A B C, A B C). */
import { NotAvailable, type Job, type JobSettings } from "./job.ts";
import { addSample, type Line } from "./result.ts";

export async function runJobs(
  jobs: readonly Job[],
  settings: JobSettings & { readonly repeats: number; readonly signal: AbortSignal },
): Promise<{ lines: Line[] }> {
  const lines: Line[] = [];
  const missing = new Set<Job>();
  for (let repeat = 1; repeat <= settings.repeats; repeat++) {
    for (const job of jobs) {
      if (missing.has(job)) continue;
      if (settings.signal.aborted) return { lines };
      console.error(`repeat ${repeat} of ${settings.repeats}: ${job.name}`);
      try {
        for (const sample of await job.run(settings)) {
          addSample(lines, sample);
          console.error(`  ${sample.line} ${sample.inFlight ?? ""}: ${JSON.stringify(rounded(sample.figures))}`);
        }
      } catch (error) {
        // A job that fails, or that needs something this machine lacks, must not take the others' numbers with it.
        const why = error instanceof Error ? error.message : String(error);
        settings.note(
          error instanceof NotAvailable ? `${job.name} was left out: ${why}` : `${job.name} failed in repeat ${repeat}: ${why}`,
        );
        console.error(error instanceof NotAvailable ? `  ${why}` : error);
        if (error instanceof NotAvailable) missing.add(job);
      }
    }
  }
  // Lines are in the order of the jobs, whichever repeat a line came from first.
  const order = (line: Line): number => jobs.findIndex((job) => line.line === job.name || line.line.startsWith(`${job.name}:`));
  return { lines: lines.sort((a, b) => order(a) - order(b)) };
}

function rounded(figures: object): object {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, typeof value === "number" ? Math.round(value * 100) / 100 : undefined]),
  );
}
