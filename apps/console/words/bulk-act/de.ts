/** The texts of the page of one act on many in German. Neighbour: en.ts lists them. */
import { counting } from "../counting.ts";
import { grouped } from "../../format/numbers.ts";
import type { BulkActWords } from "./en.ts";

const counted = counting("de");

export const de: BulkActWords = {
  naming: {
    label: "Name dieses Eingriffs",
    hint: "Damit er in der Liste und im Audit wiederzufinden ist. Darf leer bleiben.",
    find: "Einen Eingriff nach seinem Namen finden",
    shown: (shown, all) => `${grouped(shown)} von ${counted(all, "Eingriff", "Eingriffen")}`,
  },
  one: "Ein Eingriff bei vielen",
  this: "Dieser Eingriff",
  all: "Alle Fehler",
  columns: {
    outcome: "Ergebnis",
    entity: "Entität",
    message: "Nachricht",
    explains: "Der Trace der Nachricht, der es galt",
  },
  state: {
    running: "Läuft",
    done: "Fertig",
    cancelled: "Abgebrochen",
    stopped: "Angehalten",
  },
  failedAgain: (count) => `, ${grouped(count)} erneut fehlgeschlagen`,
  title: {
    retry: (where) => `Wiederholen von ${where}`,
    discard: (where) => `Erste Nachricht verwerfen von ${where}`,
    pause: (where) => `Pausieren von ${where}`,
    resume: (where) => `Fortsetzen von ${where}`,
    "clear-state": (where) => `Zustand löschen von ${where}`,
  },
  acted: (count) => `${counted(count, "Entität", "Entitäten")} behandelt`,
  again: (count) => `davon ${grouped(count)} erneut fehlgeschlagen`,
  noneAgain: "keine davon erneut fehlgeschlagen",
  otherwise: (count) => `${grouped(count)} in anderem Zustand und nicht angefasst`,
  faces: {
    acted: "behandelt",
    "failed-again": "wieder Fehler",
    refused: "nicht angefasst",
  },
  cancel: "Abbrechen",
  cancelThis: "Diesen Eingriff abbrechen",
  outcomes: "Was aus jeder wurde",
  progress: "Fortschritt",
  of: (handled, all) => `${grouped(handled)} von ${grouped(all)}`,
  stopped: (reason) => `Er wurde angehalten: ${reason}.`,
  dryRun: "Probelauf",
  counted: "Vor dem Beginn gezählt",
  onTheWay: "Was zum Filter passt, findet sich unterwegs.",
  atLeast: "mindestens ",
  reach: {
    retry: (entities, parked) => `${counted(entities, "Entität", "Entitäten")} zu wiederholen, davon ${grouped(parked)} geparkt`,
    discard: (entities, parked) =>
      `${counted(entities, "Entität", "Entitäten")}, deren erste Nachricht verworfen wird, davon ${grouped(parked)} geparkt`,
    pause: (entities, parked) => `${counted(entities, "Entität", "Entitäten")} zu pausieren, davon ${grouped(parked)} geparkt`,
    resume: (entities, parked) => `${counted(entities, "Entität", "Entitäten")} fortzusetzen, davon ${grouped(parked)} geparkt`,
    "clear-state": (entities, parked) =>
      `${counted(entities, "Entität", "Entitäten")}, deren Zustand gelöscht wird, davon ${grouped(parked)} geparkt`,
  },
  noneBehind: "Hinter ihnen wartete nichts.",
  behind: (count) => `${counted(count, "Nachricht wartete", "Nachrichten warteten")} hinter ihnen.`,
  about: "Darüber",
  rows: {
    begun: "begonnen von",
    runs: "läuft seit",
    ended: "beendet",
    rate: "Tempo",
    cause: "Ursache",
    prefix: "Ids beginnen mit",
    filter: "Filter",
  },
  after: (time, lasted) => `${time}, nach ${lasted}`,
  asFast: "so schnell es geht",
  perSecond: (rate) => `${grouped(rate)} je Sekunde`,
  noFilter: "keiner: alle des Typs",
  leftOut: (count, kept) =>
    `${counted(count, "weitere Entität ist", "weitere Entitäten sind")} oben gezählt und hier nicht aufgeführt: Bewahrt werden die ersten ${grouped(kept)} eines Eingriffs.`,
  noneYet: "Noch keine wurde behandelt.",
  none: "Keine wurde behandelt.",
};
