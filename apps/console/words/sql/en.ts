/** The texts of the page of SQL. Neighbours: de.ts, use-sql-words.ts. */
import { counted } from "../../format/numbers.ts";

export const en = {
  note: "read only, over live data and savepoints",
  runAction: "Run the query",
  runs: "It runs.",
  explainAction: "Explain the query",
  explain: "Explain",
  copyCli: "Copy the query as CLI",
  cliCopied: "The command is copied",
  stop: "Stop",
  run: "Run",
  nameLabel: "Name to save the query under",
  name: "Name",
  save: "Save",
  none: "Nothing asked yet",
  noneAbout:
    "Ctrl+Enter runs the query, Explain says what it would read. Say the type where you can: state(type := 'shop/cart', prefix := 'an').",
  asking: "asking…",
  noAnswer: "No answer",
  result: "Result",
  rows: "Rows",
  answered: (rows: number) => counted(rows, "row", "rows"),
  in: "in",
  read: "read",
  readNothing: "nothing",
  asOf: (time: string) => `as of ${time}`,
  more: "there are more rows: LIMIT or aggregate",
  plan: "What it will read",
  willRead: "Will read",
  noTable: "no table",
  notYet: "nothing was read yet.",
  side: "Tables and queries",
  tables: "Tables",
  tablesNote: "a click puts the name in",
  saved: "Saved",
  savedNote: "in this browser",
  noneSaved: "None yet: Save keeps the query under a name.",
  forget: (name: string) => `Forget ${name}`,
  history: "History",
  historyNote: "the last fifty of this browser",
  columns: (count: number) => `${count} columns`,
  /** What a table holds, as the gateway says it. */
  about: (table: { readonly name: string; readonly about: string }) => table.about,
  ofTable: (name: string) => ` of ${name}`,
};

export type SqlWords = typeof en;
