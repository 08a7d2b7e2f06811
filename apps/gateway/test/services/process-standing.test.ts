/**
 * The summary of a co-located endpoint agrees with its row: an endpoint that nobody has called yet is not "answering" because it runs.
 */
import { describe, expect, test } from "vitest";
import type { ProcessEndpointView } from "../../src/processes/process-supervisor.ts";
import { processStanding } from "../../src/services/processes/process-standing.ts";

const nowMs = 1_000_000;
type Instance = ProcessEndpointView["instances"][number];
const problem = { code: "PROCESS_ENDED_EARLY", message: "it ended", where: "module m", cure: "mend it" } as const;

function instance(of: Partial<Instance>): Instance {
  const running = { state: "running", generation: 1, serves: true, pid: 7, restarts: 0, sinceMs: nowMs - 60_000 } as const;
  return { number: 1, nextStartMs: undefined, problem: undefined, ...running, ...of };
}

function standing(...instances: readonly Instance[]) {
  const view: ProcessEndpointView = { endpoint: "shop/*", module: "m", command: ["x"], protocol: "http", instances };
  return processStanding([view], "shop/*", nowMs);
}

describe("the standing of an endpoint's processes", () => {
  test("is absent where the gateway starts nothing", () => {
    expect(processStanding([], "shop/*", nowMs)).toBeNull();
  });

  test("counts the running processes and the wanted ones", () => {
    expect(standing(instance({}), instance({ number: 2, state: "starting" }))).toEqual({
      running: 1,
      wanted: 2,
      restarting: false,
      problem: null,
    });
  });

  test("says why none runs: a refused command, and one that ends again and again", () => {
    expect(standing(instance({ state: "refused", serves: false, problem }))).toMatchObject({ running: 0, problem: { code: problem.code } });
    expect(standing(instance({ state: "backing-off", restarts: 4, problem }))).toMatchObject({ running: 0, problem: { cure: "mend it" } });
  });

  test("says of a process that came up again a moment ago that it is restarting, until it has lasted", () => {
    expect(standing(instance({ restarts: 3, sinceMs: nowMs - 500 }))).toMatchObject({ running: 1, restarting: true });
    expect(standing(instance({ restarts: 3, sinceMs: nowMs - 20_000 }))).toMatchObject({ running: 1, restarting: false });
  });

  test("is that of the called instances, while new ones that do not come up stand beside them", () => {
    const beside = instance({ generation: 2, serves: false, state: "backing-off", problem });
    expect(standing(instance({}), beside)).toEqual({ running: 1, wanted: 1, restarting: false, problem: null });
  });
});
