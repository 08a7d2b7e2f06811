/** The texts of the filter line. Neighbours: de.ts, use-filter-words.ts. */
import { counted, grouped } from "../../format/numbers.ts";

export const en = {
  clear: "Clear the filter",
  as: "Filter as",
  chips: "Chips",
  cel: "CEL",
  parts: "Parts of the filter, all of which hold",
  part: "Part of the filter",
  oneMore: "One more part of the filter",
  and: "and …",
  takeOut: (part: string) => `Take out ${part}`,
  enter: "Enter runs it",
  atCharacter: (place: number) => `At character ${place}:`,
  unfinished: "Not run yet: the last part is unfinished. What was run before stays.",
  notRun: "Not run yet · Enter runs it · Esc takes back",
  canStand: "What can stand here",
  save: "Save",
  savedCount: (count: number) => `Saved ${count}`,
  saved: "Saved filters",
  name: "Name for this filter",
  runFirst: "Run a filter first",
  noneSaved: "You have saved nothing here. A link to the page shares its filter.",
  forget: (name: string) => `Forget ${name}`,
  looked: (rows: number) => `${counted(rows, "row was", "rows were")} looked at.`,
  unclear: (rows: number, why: string) => `Of ${grouped(rows)} the filter could not tell: ${why}.`,
};

export type FilterWords = typeof en;
