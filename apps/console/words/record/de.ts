/** The texts of a record and of the film of a trace in German. Neighbour: en.ts lists them. */
import { counting } from "../counting.ts";
import { grouped } from "../../format/numbers.ts";
import type { RecordWords } from "./en.ts";

const counted = counting("de");

export const de: RecordWords = {
  outcomes: {
    completed: "fertig",
    parked: "geparkt",
    act: "Eingriff",
  },
  act: "Eingriff",
  state: "Zustand",
  unchanged: "unverändert",
  messagesIn: (count) => (count === 1 ? "Nachricht herein" : `${grouped(count)} Nachrichten in einem Aufruf`),
  keptFirst: (count) => `Das Journal bewahrte die ersten ${count}.`,
  sends: "Sendet",
  facts: {
    waited: "wartete",
    ran: "lief",
    attempts: (count) => (count === 1 ? "Versuch" : "Versuche"),
    ended: "endete",
    epoch: "Epoche",
    at: "bei",
  },
  raw: "Rohtext",
  from: "von ",
  ingress: "einem Ingress",
  sent: ", gesendet ",
  sendAgain: "Erneut senden…",
  cancels: "hebt die verzögerte Nachricht auf: ",
  later: "später",
  in: (time) => `, in ${time}`,
  egress: "Egress",
  openEntity: "Entität öffnen",
  counts: {
    sent: (count) => `${grouped(count)} gesendet`,
    delayed: (count) => `${grouped(count)} verzögert`,
    egress: (count) => counted(count, "Egress-Datensatz", "Egress-Datensätze"),
  },
  film: {
    label: "Die Geschichte als Film",
    group: "Trace",
    before: "Der Schritt davor",
    next: "Der nächste Schritt",
    toggle: "Film abspielen oder anhalten",
    space: "Leertaste",
    hop: "Schritt",
    play: "Film abspielen",
    stop: "Anhalten",
    hops: (count) => counted(count, "Schritt", "Schritte"),
    of: (at, all) => `${at} von ${all}`,
    pace: "Tempo des Films",
    asItWas: "wie es war",
    even: "je 1 s",
    copyLink: "Link kopieren",
    onFlow: "Im ganzen Fluss",
    asStory: "Als Geschichte",
    stops: "Schritte",
    stopOf: (number) => `Schritt ${number}`,
  },
};
