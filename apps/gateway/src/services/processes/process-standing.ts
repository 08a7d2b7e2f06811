/** processStanding: whether the instances of a co-located endpoint run, in sum. Neighbour: process-row.ts has each of them. */
import type { ProcessStanding } from "../../contract/process.ts";
import type { ProcessEndpointView } from "../../processes/process-supervisor.ts";

/** One that has run so long since it was started again is no longer restarting. */
const steadyMs = 10_000;

/** null: the gateway starts nothing for it. */
export function processStanding(views: readonly ProcessEndpointView[], endpoint: string, nowMs: number): ProcessStanding | null {
  const view = views.find((one) => one.endpoint === endpoint);
  if (view === undefined) return null;
  const serving = view.instances.filter(({ serves }) => serves);
  // None has come up yet: those that try say why.
  const instances = serving.length > 0 ? serving : view.instances;
  const running = instances.filter(({ state }) => state === "running" || state === "draining");
  const problem = instances.find((one) => one.problem !== undefined)?.problem;
  return {
    running: running.length,
    wanted: instances.length,
    restarting: running.some(({ restarts, sinceMs }) => restarts > 0 && nowMs - sinceMs < steadyMs),
    problem: problem === undefined ? null : { ...problem },
  };
}
