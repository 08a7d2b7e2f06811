/** The texts of the list of traces in German. Neighbour: en.ts lists them. */
import { counting } from "../counting.ts";
import type { TracesWords } from "./en.ts";

const counted = counting("de");

export const de: TracesWords = {
  columns: {
    at: "Begonnen",
    state: "Zustand",
    target: "Erste Entität",
    message: "Nachricht",
    value: "Wert",
    hops: "Aufrufe",
    trace: "Trace",
  },
  is: {
    completed: "fertig",
    parked: "geparkt",
    running: "läuft weiter",
  },
  pauseKey: "Anhalten oder weiter",
  live: "Die neuesten, wie sie kommen",
  paused: "Angehalten",
  pause: "Anhalten",
  goOn: "Weiter",
  filter: "Traces filtern",
  table: "Traces, Neuestes zuerst",
  none: "Noch keine Traces",
  send: "Nachricht senden",
  noneAbout:
    "Jede Nachricht, die hereinkommt, beginnt einen Trace: alle Aufrufe, Nachrichten und Egress-Datensätze, die aus ihr folgen. Die neuesten stehen dann hier.",
  noneFits: "Kein Trace passt zu diesem Filter, soweit gesucht wurde",
  further: "Weiter zurück suchen",
  clear: "Filter leeren",
  notLooked: "Ältere wurden nicht angesehen.",
  older: "Ältere zeigen",
  shown: (count) => `${counted(count, "Trace", "Traces")} gezeigt.`,
};
