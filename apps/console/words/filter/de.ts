/** The texts of the filter line in German. Neighbour: en.ts lists them. */
import { counting } from "../counting.ts";
import { grouped } from "../../format/numbers.ts";
import type { FilterWords } from "./en.ts";

const counted = counting("de");

export const de: FilterWords = {
  clear: "Filter leeren",
  as: "Filtern als",
  chips: "Teile",
  cel: "CEL",
  parts: "Teile des Filters, die alle gelten",
  part: "Teil des Filters",
  oneMore: "Ein weiterer Teil des Filters",
  and: "und …",
  takeOut: (part) => `${part} herausnehmen`,
  enter: "Enter führt ihn aus",
  atCharacter: (place) => `An Stelle ${place}:`,
  unfinished: "Noch nicht ausgeführt: Der letzte Teil ist unfertig. Was zuvor lief, bleibt.",
  notRun: "Noch nicht ausgeführt · Enter führt ihn aus · Esc nimmt zurück",
  canStand: "Was hier stehen kann",
  save: "Merken",
  savedCount: (count) => `Gemerkt ${count}`,
  saved: "Gemerkte Filter",
  name: "Name für diesen Filter",
  runFirst: "Erst einen Filter ausführen",
  noneSaved: "Sie haben hier nichts gemerkt. Ein Link auf die Seite teilt ihren Filter.",
  forget: (name) => `${name} vergessen`,
  looked: (rows) => `${counted(rows, "Zeile", "Zeilen")} angesehen.`,
  unclear: (rows, why) => `Von ${grouped(rows)} ließ sich nicht sagen, ob sie passen: ${why}.`,
};
