/**
 * Declared ingresses and egresses in the graph of the flow: they are there before anything moved, with their problems.
 */
import { expect, test } from "vitest";
import { doorStates } from "../../src/connectors/door-states.ts";
import type { ConnectorState } from "../../src/connectors/connector-state.ts";
import type { ConnectorView } from "../../src/connectors/supervisor.ts";
import { graphOf } from "../../src/flow/graph.ts";
import { Traffic } from "../../src/flow/traffic.ts";
import { quietEngine } from "../support/quiet-engine.ts";

const problem = { what: "a cause", cure: "A cure." };

function view(id: string, state: ConnectorState, note?: ConnectorView["note"]): ConnectorView {
  return { direction: "ingress", id, kind: "k", word: "kafka", module: "m", state, note, counts: {}, canCheck: false };
}

test("an ingress is a node before anything came in, and its state is news only where something stands in its way", () => {
  const doors = doorStates([
    view("a/well", { kind: "running", sinceMs: 1 }),
    view("a/known", { kind: "running", sinceMs: 1 }, { what: "StateFun carries it", cure: "" }),
    view("a/looks", { kind: "running", sinceMs: 1 }, problem),
    view("a/waits", { kind: "waiting", sinceMs: 1, untilMs: 2, ...problem }),
    view("a/refused", { kind: "refused", sinceMs: 1, ...problem }),
    view("a/held", { kind: "held-back", sinceMs: 1, ...problem }),
    view("a/stopped", { kind: "stopped", sinceMs: 1, ...problem }),
  ]);
  const traffic = new Traffic({ second: 1 });
  const { nodes } = graphOf({ engine: quietEngine(), egressKind: () => "", doors, traffic, spanSeconds: 10, nowMs: 1_000 });
  expect(nodes.map(({ id, kind, detail, state, stateWord }) => [id, kind, detail, state, stateWord])).toEqual([
    ["ingress:a/well", "ingress", "kafka", "idle", "idle"],
    ["ingress:a/known", "ingress", "kafka", "idle", "idle"],
    ["ingress:a/looks", "ingress", "kafka", "caution", "needs a look"],
    ["ingress:a/waits", "ingress", "kafka", "danger", "waiting"],
    ["ingress:a/refused", "ingress", "kafka", "danger", "refused"],
    ["ingress:a/held", "ingress", "kafka", "caution", "held back"],
    ["ingress:a/stopped", "ingress", "kafka", "caution", "stopped"],
  ]);
});
