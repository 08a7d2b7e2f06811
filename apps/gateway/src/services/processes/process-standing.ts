/** processStanding: sums up whether the instances of a co-located endpoint run. Neighbour: process-row.ts has each of them. */
import type { ProcessStanding } from "../../contract/functions/process.ts";
import type { ProcessEndpointView } from "../../processes/process-supervisor.ts";

/** An instance that has run this long after a restart no longer counts as restarting. */
const steadyMs = 10_000;

/** null when the gateway starts nothing for the endpoint. */
export function processStanding(views: readonly ProcessEndpointView[], endpoint: string, nowMs: number): ProcessStanding | null {
  const view = views.find((one) => one.endpoint === endpoint);
  if (view === undefined) return null;
  const serving = view.instances.filter(({ serves }) => serves);
  // If none has come up yet, those that try to start say why.
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
