/** The texts of the Audit. Neighbours: de.ts, use-audit-words.ts. */
import { counted } from "../../format/numbers.ts";

export const en = {
  note: "Every change: who, by which door, and what came of it",
  exportAction: "Export the entries as JSON Lines",
  export: "Export JSON Lines",
  table: "Audit, newest first",
  columns: {
    at: "When",
    who: "Who",
    door: "Door",
    what: "What",
    on: "On",
    change: "Before → after",
    outcome: "Outcome",
  },
  filter: "Filter by who, what or on what",
  placeholder: "who, operation or subject",
  outcomes: {
    all: "All",
    done: "Done",
    refused: "Refused",
    failed: "Failed",
  },
  is: {
    done: "done",
    refused: "refused",
    failed: "failed",
  },
  nothing: "nothing",
  none: {
    matches: "No entry matches",
    matchesAbout: "Shorten the filter, or ask for all outcomes.",
    yet: "Nothing was changed yet",
    yetAbout:
      "Each module that is applied, each action on an entity and each savepoint leaves an entry here, whoever asked for it by whatever door. Messages are not here: the journal has them.",
  },
  older: "Show older",
  oldest: "This is the oldest that is kept.",
  shown: (count: number) => `${counted(count, "entry", "entries")} shown`,
  kinds: {
    person: "a person",
    token: "a token",
    machine: "a machine",
    gateway: "the gateway itself",
    anonymous: "not signed in",
  },
  openActAction: "Open the act that it began",
  openAct: "Open the act: its progress, and what came of each entity",
  rows: {
    who: "who",
    door: "door",
    on: "on",
    before: "before",
    after: "after",
    entry: "entry",
  },
  input: "Input",
  inputNote: "Input, without values and texts",
};

export type AuditWords = typeof en;
