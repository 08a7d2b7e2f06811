/** The texts of the Audit in German. Neighbour: en.ts lists them. */
import { counting } from "../counting.ts";
import type { AuditWords } from "./en.ts";

const counted = counting("de");

export const de: AuditWords = {
  note: "Jede Änderung: wer, durch welche Tür, und was daraus wurde",
  exportAction: "Einträge als JSON Lines exportieren",
  export: "JSON Lines exportieren",
  table: "Protokoll, Neuestes zuerst",
  columns: {
    at: "Wann",
    who: "Wer",
    door: "Tür",
    what: "Was",
    on: "Woran",
    change: "Vorher → nachher",
    outcome: "Ergebnis",
  },
  filter: "Filtern nach wer, was oder woran",
  placeholder: "wer, Operation oder Gegenstand",
  outcomes: {
    all: "Alle",
    done: "Getan",
    refused: "Abgelehnt",
    failed: "Gescheitert",
  },
  is: {
    done: "getan",
    refused: "abgelehnt",
    failed: "gescheitert",
  },
  nothing: "nichts",
  none: {
    matches: "Kein Eintrag passt",
    matchesAbout: "Kürzen Sie den Filter, oder fragen Sie nach allen Ergebnissen.",
    yet: "Noch wurde nichts geändert",
    yetAbout:
      "Jedes angewandte Modul, jeder Eingriff bei einer Entität und jeder Savepoint hinterlässt hier einen Eintrag, gleich wer und durch welche Tür. Nachrichten stehen hier nicht: Die hat das Journal.",
  },
  older: "Ältere zeigen",
  oldest: "Das ist der älteste, der bewahrt ist.",
  shown: (count) => `${counted(count, "Eintrag", "Einträge")} gezeigt`,
  kinds: {
    person: "eine Person",
    token: "ein Token",
    machine: "eine Maschine",
    gateway: "das Gateway selbst",
    anonymous: "nicht angemeldet",
  },
  openActAction: "Den Eingriff öffnen, den er begann",
  openAct: "Eingriff öffnen: sein Fortschritt, und was aus jeder Entität wurde",
  rows: {
    who: "wer",
    door: "Tür",
    on: "woran",
    before: "vorher",
    after: "nachher",
    entry: "Eintrag",
  },
  input: "Eingabe",
  inputNote: "Eingabe, ohne Werte und Texte",
};
