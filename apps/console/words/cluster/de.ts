/** The texts of the cluster that functions run on in German. Neighbour: en.ts lists them. */
import { counting } from "../counting.ts";
import { grouped } from "../../format/numbers.ts";
import type { ClusterWords } from "./en.ts";

const counted = counting("de");

export const de: ClusterWords = {
  label: "Flink-Cluster",
  at: (url) => ` auf ${url}: `,
  room: ({ taskManagers, taken, slots }) =>
    `${counted(taskManagers, "TaskManager", "TaskManager")}, ${grouped(taken)} von ${counted(slots, "Slot", "Slots")} belegt`,
  saving: "der Job endet mit einem Savepoint",
  starting: "der Job startet",
  step: (doing, time) => `${doing}, seit ${time}; so lange stehen Funktionen still, und was gesendet wird, wartet. `,
  noJob: "kein Job läuft. ",
  noCheckpoint: "noch kein Checkpoint",
  checkpoint: (id, age, cost) => `Checkpoint ${id} ${age} in ${cost}`,
  failed: (count) => `, ${count} fehlgeschlagen`,
  job: (state, parallelism) => `Job ${state} mit Parallelität ${parallelism}, `,
  allFree: "alle freien Slots",
  checkpointsEvery: (time, mode) => `Checkpoints alle ${time}, ${mode}. `,
  modes: { "exactly-once": "genau einmal", "at-least-once": "mindestens einmal" },
  parallelism: (asked) => `Verlangte Parallelität: ${asked}; `,
  calls: (calls, connections) =>
    `je Task höchstens ${counted(calls, "laufender Aufruf", "laufende Aufrufe")}, je Endpoint ${counted(connections, "Verbindung", "Verbindungen")}.`,
  whyNot: {
    changing: "Der Job wird gerade schon geändert.",
    noJob: "Kein Job läuft.",
    whole: "Geben Sie eine ganze Zahl an, mindestens 1.",
    tooMany: (most, slots) =>
      `Der Job kann ${counted(most, "Slot", "Slots")} von ${slots} haben. Für mehr starten Sie weitere TaskManager.`,
    already: (parallelism) => `Der Job läuft schon mit ${parallelism}.`,
  },
  rescale: {
    open: "Skalieren…",
    title: "Den Job auf Flink skalieren",
    act: (parallelism) => `Mit Parallelität ${parallelism} laufen lassen`,
    about: (now) =>
      `Der Job endet mit einem Savepoint und startet aus ihm; zurzeit läuft er mit ${now}. Für die Sekunden, die das dauert, stehen alle Funktionen still; was inzwischen gesendet wird, bleibt bewahrt und wartet. Kann er nicht starten, läuft er wieder wie zuvor.`,
    parallelism: "Parallelität",
  },
  failures: {
    none: "Seit der Job begann, ist auf ihm nichts fehlgeschlagen.",
    label: "Fehler des Jobs auf Flink",
    at: "Um",
    cause: "Aus dem letzten Checkpoint neu gestartet, weil",
    task: "Task",
  },
  functions: {
    label: "Funktionstypen auf Flink",
    type: "Auf Flink",
    received: "Nachrichten",
    receivedExplains: "Nachrichten und Antworten, die Flink gezählt hat, seit der Job begann",
    sent: "Gesendet",
    sentExplains: "Nachrichten an andere Funktionen, seit der Job begann",
    egress: "Egress",
    egressExplains: "Datensätze an Egresse, seit der Job begann",
    waiting: "Wartend",
    waitingExplains: "Nachrichten, die warten, bis ein Aufruf ihrer Entität endet",
    inFlight: "Im Aufruf",
    inFlightExplains: "Aufrufe, die noch nicht beantwortet sind",
    failed: "Fehlgeschl.",
    failedExplains: "Aufrufe, die fehlschlugen, seit der Job begann",
    p99Explains: "Der Aufrufe, wie Flink sie misst",
  },
};
