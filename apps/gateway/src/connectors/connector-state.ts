/**
 * ConnectorState: what a connector is doing, as people see it in the console, /health and the metrics, with cause and cure. A table has the
 * next state for every state and event; supervised.ts reports the events.
 */
export interface ConnectorProblem {
  readonly what: string;
  readonly cure: string;
}

export type ConnectorState = { readonly sinceMs: number } & (
  | { readonly kind: "opening" }
  | { readonly kind: "running" }
  /** It broke or could not be opened; the next attempt is at untilMs. */
  | ({ readonly kind: "waiting"; readonly untilMs: number } & ConnectorProblem)
  /** It is open, but its records cannot go on yet: the engine has no room, or a receiver refuses. */
  | ({ readonly kind: "held-back" } & ConnectorProblem)
  /** Its configuration is wrong: only a person can mend it. */
  | ({ readonly kind: "refused" } & ConnectorProblem)
  | ({ readonly kind: "stopped" } & ConnectorProblem)
);

export type ConnectorEvent =
  | { readonly kind: "opened" }
  | ({ readonly kind: "failed"; readonly untilMs: number } & ConnectorProblem)
  | ({ readonly kind: "refused" } & ConnectorProblem)
  | ({ readonly kind: "held" } & ConnectorProblem)
  | { readonly kind: "released" }
  | { readonly kind: "retried" }
  | ({ readonly kind: "stopped" } & ConnectorProblem);

export const connectorStateKinds = ["opening", "running", "waiting", "held-back", "refused", "stopped"] as const;
type StateKind = ConnectorState["kind"];

/** same: the event changes nothing in this state (for example a late answer). */
const table: Record<StateKind, Record<ConnectorEvent["kind"], StateKind | "same">> = {
  opening: {
    opened: "running",
    failed: "waiting",
    refused: "refused",
    held: "same",
    released: "same",
    retried: "same",
    stopped: "stopped",
  },
  running: {
    opened: "same",
    failed: "waiting",
    refused: "refused",
    held: "held-back",
    released: "same",
    retried: "opening",
    stopped: "stopped",
  },
  waiting: {
    opened: "same",
    failed: "waiting",
    refused: "refused",
    held: "same",
    released: "same",
    retried: "opening",
    stopped: "stopped",
  },
  "held-back": {
    opened: "same",
    failed: "waiting",
    refused: "refused",
    held: "held-back",
    released: "running",
    retried: "opening",
    stopped: "stopped",
  },
  refused: {
    opened: "same",
    failed: "same",
    refused: "same",
    held: "same",
    released: "same",
    retried: "opening",
    stopped: "stopped",
  },
  stopped: {
    opened: "same",
    failed: "same",
    refused: "same",
    held: "same",
    released: "same",
    retried: "opening",
    stopped: "same",
  },
};

export function nextState(state: ConnectorState, event: ConnectorEvent, atMs: number): ConnectorState {
  const kind = table[state.kind][event.kind];
  if (kind === "same") return state;
  const sinceMs = kind === state.kind ? state.sinceMs : atMs;
  const problem: ConnectorProblem = "what" in event ? { what: event.what, cure: event.cure } : { what: "", cure: "" };
  switch (kind) {
    case "opening":
    case "running":
      return { kind, sinceMs };
    case "waiting":
      return { kind, sinceMs, untilMs: event.kind === "failed" ? event.untilMs : atMs, ...problem };
    case "held-back":
    case "refused":
    case "stopped":
      return { kind, sinceMs, ...problem };
  }
}
