/** connectorRow: a connector as the console, /health and the API show it. */
import type { ConnectorRow } from "../contract/messages/egresses.ts";
import type { ConnectorView } from "./supervisor.ts";

export function connectorRow({ state, note, ...rest }: ConnectorView): ConnectorRow {
  const { what, cure } = "what" in state ? state : (note ?? { what: "", cure: "" });
  return { ...rest, state: state.kind, sinceMs: state.sinceMs, untilMs: state.kind === "waiting" ? state.untilMs : null, what, cure };
}
