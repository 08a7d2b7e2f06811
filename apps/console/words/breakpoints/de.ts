/** The texts of breakpoints in German. Neighbour: en.ts lists them. */
import { counting } from "../counting.ts";
import type { BreakpointsWords } from "./en.ts";

const counted = counting("de");

export const de: BreakpointsWords = {
  title: "Haltepunkte",
  note: "Nachrichten werden angehalten, bevor ihre Funktion sie bekommt; sie bleiben der Reihe nach in ihren Mailboxen.",
  none: "Keiner ist gesetzt: Nichts wird angehalten.",
  of: (place) => `Haltepunkt ${place}`,
  setBy: (name) => `gesetzt von ${name}`,
  held: (count) => `, ${counted(count, "Nachricht", "Nachrichten")} angehalten`,
  releasedIn: ", gelöst in ",
  what: "Angehaltene Entitäten",
  nothingYet: "Noch ist nichts gekommen.",
  onlyFitting: "nur Nachrichten, die passen zu ",
  unclear: (count) => ` ${counted(count, "Entität ist", "Entitäten sind")} angehalten, weil sich das nicht sagen lässt: `,
  heldOf: (id) => `${id}, angehalten`,
  wait: (count) => counted(count, "Nachricht wartet", "Nachrichten warten"),
  first: (sequence) => `Erste Nachricht #${sequence}`,
  state: (name) => `Zustand ${name}`,
  ended: "Vor Kurzem zu Ende",
  where: (condition) => `, wo ${condition}`,
  why: {
    released: (by) => `gelöst von ${by}`,
    timeOver: "seine Zeit war um",
    full: "ließ alles weiter: Er hätte mehr anhalten müssen, als er darf",
    restored: "endete mit einer Wiederherstellung: Jetzt gilt ein anderer Zustand",
  },
  banner: {
    title: "Haltepunkt",
    holds: (messages, entities) =>
      `hält ${counted(messages, "Nachricht", "Nachrichten")} von ${counted(entities, "Entität", "Entitäten")} an`,
    release: "Lösen",
    releaseOf: (place) => `${place} lösen`,
  },
  form: {
    label: "Neuer Haltepunkt",
    functions: "Funktionen",
    functionsHint: "shop/cart oder shop/*",
    id: "Id, oder ein Anfang und *",
    everyId: "jede Id",
    fitting: "Nur Nachrichten, die hierzu passen",
    minutes: "Minuten",
    hold: "Nachrichten anhalten",
  },
};
