/**
 * Main thread tasks: how long each task of a page's main thread took, by the wall clock and by the thread's own CPU time, from Chromium's
 * trace. On a busy machine the wall clock includes the wait for a core; the CPU time is what the page itself needed.
 */
import type { Browser, Page } from "@playwright/test";
import { z } from "zod";

export interface MainThreadTask {
  wallMs: number;
  cpuMs: number;
}

/** `toplevel` names every task of a thread's loop; the other category carries the same tasks for developer tools. */
const categories = ["toplevel", "disabled-by-default-devtools.timeline"];
const taskNames = new Set(["RunTask", "ThreadControllerImpl::RunTask"]);
const MICROSECONDS_PER_MS = 1_000;
const LISTED_TASKS = 5;
const event = z.object({
  name: z.string(),
  pid: z.number(),
  tid: z.number(),
  ts: z.number().default(0),
  dur: z.number().default(0),
  tdur: z.number().optional(),
  args: z.object({ name: z.string().optional() }).default({}),
});
const trace = z.object({ traceEvents: z.array(event) });

/** Runs `work` and returns the longest tasks that the main threads of the page's renderers had meanwhile, by CPU time, longest first. */
export async function longestTasks(browser: Browser, page: Page, work: () => Promise<void>): Promise<MainThreadTask[]> {
  await browser.startTracing(page, { categories });
  try {
    await work();
  } catch (error) {
    await browser.stopTracing();
    throw error;
  }
  return tasksOf(await browser.stopTracing());
}

function tasksOf(traced: Buffer): MainThreadTask[] {
  const { traceEvents } = trace.parse(JSON.parse(traced.toString()));
  const mains = new Set(
    traceEvents.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain").map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = traceEvents.filter(({ name, pid, tid }) => taskNames.has(name) && mains.has(`${pid} ${tid}`));
  if (tasks.every(({ tdur }) => tdur === undefined)) throw new Error("the browser's trace holds no CPU times of the main thread's tasks");
  return outermost(tasks)
    .map(({ dur, tdur = 0 }) => ({ wallMs: Math.round(dur / MICROSECONDS_PER_MS), cpuMs: Math.round(tdur / MICROSECONDS_PER_MS) }))
    .toSorted((left, right) => right.cpuMs - left.cpuMs)
    .slice(0, LISTED_TASKS);
}

/** Keeps one of the two entries of a task, because each category reports it, one inside the other. */
function outermost(events: readonly z.infer<typeof event>[]): z.infer<typeof event>[] {
  const endOf = new Map<string, number>();
  return events
    .toSorted((left, right) => left.ts - right.ts || right.dur - left.dur)
    .filter(({ pid, tid, ts, dur }) => {
      const thread = `${pid} ${tid}`;
      if (ts < (endOf.get(thread) ?? -1)) return false;
      endOf.set(thread, ts + dur);
      return true;
    });
}
