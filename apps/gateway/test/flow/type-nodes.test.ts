/**
 * Function types in the graph of the flow: what is held back is not idle, and the engine's own functions miss no endpoint.
 */
import type { EndpointView, FunctionTypeView } from "@signalbox/runtime";
import { expect, test } from "vitest";
import { graphOf } from "../../src/flow/graph.ts";
import { Traffic } from "../../src/flow/traffic.ts";
import { quietEngine } from "../support/quiet-engine.ts";

function type(name: string, parts: Partial<FunctionTypeView> = {}): FunctionTypeView {
  const quiet = { waitingMessages: 0, parkedMessages: 0, parkedEntities: 0, pausedEntities: 0, backingOffEntities: 0, inFlight: 0 };
  return { type: name, endpoint: "bank/*", ...quiet, ...parts } as FunctionTypeView;
}

test("a type whose messages nothing takes waits, and one of the engine's own misses no endpoint", () => {
  const engine = quietEngine({
    functionTypes: () => [
      type("bank/idle"),
      type("bank/held", { waitingMessages: 7 }),
      type("bank/parked", { waitingMessages: 1, parkedMessages: 1, parkedEntities: 1 }),
      type("bank/gone", { endpoint: undefined }),
      type("io.signalbox.calls/call", { endpoint: undefined }),
    ],
    endpoints: () => [{ spec: { id: "bank/*" }, breaker: "closed" } as EndpointView],
  });
  const traffic = new Traffic({ second: 1 });
  const { nodes } = graphOf({ engine, egressKind: () => "", doors: [], traffic, spanSeconds: 10, nowMs: 1_000 });
  expect(nodes.map(({ name, detail, state, stateWord }) => [name, detail, state, stateWord])).toEqual([
    ["bank/idle", "bank/* · closed", "idle", "idle"],
    ["bank/held", "bank/* · closed", "caution", "waits"],
    ["bank/parked", "bank/* · closed", "danger", "1 parked"],
    ["bank/gone", "no endpoint", "danger", "no endpoint"],
    ["io.signalbox.calls/call", "built in", "idle", "idle"],
  ]);
});
