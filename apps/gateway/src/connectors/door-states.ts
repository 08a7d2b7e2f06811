/**
 * doorStates: each declared connector as a node of the flow shows it: what it is, and in two words what blocks it. Neighbours:
 * supervisor.ts has the views, flow/graph.ts draws them; connector-row.ts is the same for lists, with cause and cure.
 */
import type { DoorState } from "../flow/graph.ts";
import type { ConnectorView } from "./supervisor.ts";

export function doorStates(views: readonly ConnectorView[]): DoorState[] {
  return views.map((view) => ({ direction: view.direction, id: view.id, word: view.word, trouble: troubleOf(view) }));
}

function troubleOf({ state, note }: ConnectorView): DoorState["trouble"] {
  switch (state.kind) {
    case "waiting":
      return { state: "danger", word: "waiting" };
    case "refused":
      return { state: "danger", word: "refused" };
    case "held-back":
      return { state: "caution", word: "held back" };
    case "stopped":
      return { state: "caution", word: "stopped" };
    case "opening":
    case "running":
      return asksForALook(note) ? { state: "caution", word: "needs a look" } : undefined;
  }
}

/** A note with a cure asks a person to do something; one without only informs. */
export function asksForALook(note: ConnectorView["note"]): boolean {
  return note !== undefined && note.cure !== "";
}
