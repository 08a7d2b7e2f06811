/** The texts of pauses of function types and endpoints in German. Neighbour: en.ts lists them. */
import { counting } from "../counting.ts";
import type { PausesWords } from "./en.ts";

const counted = counting("de");

export const de: PausesWords = {
  label: "Pausiert",
  paused: "pausiert",
  endpoint: (functions) => `Endpoint ${functions}`,
  drained: (waiting) => `ausgelaufen, ${counted(waiting, "Nachricht wartet", "Nachrichten warten")}`,
  draining: (inFlight, waiting) =>
    `noch ${counted(inFlight, "Aufruf läuft", "Aufrufe laufen")}, ${counted(waiting, "Nachricht wartet", "Nachrichten warten")}`,
  untilResumed: "bis jemand fortsetzt",
  resumesIn: (left) => `läuft in ${left} von selbst weiter`,
  by: (name) => `von ${name},`,
  resume: "Fortsetzen",
  resumeOne: (name) => `${name} fortsetzen`,
  pause: "Pausieren…",
  title: (name) => `${name} pausieren`,
  pauseIt: "Pausieren",
  about:
    "Was im Aufruf ist, endet, Neues beginnt nicht. Nachrichten werden angenommen und warten der Reihe nach, Timer zählen weiter, und alles läuft weiter, wenn fortgesetzt wird; ein Neustart setzt nicht fort.",
  changeEnd: "Ende ändern…",
  pauseFor: "Pausieren für…",
  aboutEntity:
    "Was im Aufruf ist, endet, Neues beginnt nicht. Ihre Nachrichten werden angenommen und warten der Reihe nach, bis es weitergeht; ein Neustart setzt nicht fort.",
  aboutOthers: () => " Was ein anderer Endpoint unter genauem Namen bedient, läuft weiter.",
  howLong: "Wie lange",
  lengths: {
    "600": "10 min",
    "3600": "1 Stunde",
    "28800": "8 Stunden",
    none: "bis jemand fortsetzt",
  },
};
