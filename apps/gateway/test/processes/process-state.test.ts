/**
 * The table of states of a co-located process is total; the test names what matters in it.
 */
import { expect, test } from "vitest";
import { processStates } from "../../src/contract/functions/process.ts";
import { nextProcessState, processEvents } from "../../src/processes/process-state.ts";

test("every event has a next state in every state", () => {
  for (const state of processStates) for (const event of processEvents) expect(processStates).toContain(nextProcessState(state, event));
});

test("a drained process is never started again", () => {
  for (const state of processStates) {
    let at = nextProcessState(state, "drain");
    expect(["draining", "stopped"]).toContain(at);
    for (const event of processEvents) {
      at = nextProcessState(at, event);
      expect(["draining", "stopped"]).toContain(at);
    }
  }
});

test("a process that ends while it serves, or before, is started again", () => {
  for (const state of ["starting", "running"] as const) {
    const waiting = nextProcessState(state, "exited");
    expect(waiting).toBe("backing-off");
    expect(nextProcessState(waiting, "due")).toBe("starting");
  }
  expect(nextProcessState(nextProcessState("starting", "not-startable"), "due")).toBe("starting");
});
