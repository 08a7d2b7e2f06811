/** The texts of Move in German. Neighbour: en.ts lists them. */
import { counting } from "../counting.ts";
import { grouped } from "../../format/numbers.ts";
import type { MoveItem } from "../../trpc/views.ts";
import type { MoveWords } from "./en.ts";

const counted = counting("de");

const parts: Readonly<Record<MoveItem["what"], string>> = {
  entities: "Entitäten",
  values: "Werte",
  "values-expired": "Abgelaufene Werte",
  messages: "Nachrichten",
  "delayed-messages": "Verzögerte Nachrichten",
  "cancellation-tokens": "Aufhebungs-Token",
  "tokens-twice": "Doppelte Token",
  "times-of-writing": "Zeiten des Schreibens",
  ends: "Ablaufzeiten",
  "ends-unregistered": "Ablaufzeiten ohne Anmeldung",
  "ends-unknown": "Unbekannte Ablaufzeiten",
  "ends-of-endless": "Ablaufzeiten, die wegfallen",
  "types-guessed": "Vermutete Typen",
  traces: "Traces",
  positions: "Positionen",
  paused: "Pausiert",
  parked: "Geparkt",
  "in-flight": "Im Aufruf",
  "idempotency-keys": "Idempotenz-Schlüssel",
  headers: "Header",
  "egress-records": "Egress-Datensätze",
  "call-answers": "Antworten auf Aufrufe",
  "calls-under-way": "Laufende Aufrufe",
  "types-mixed": "Gemischte Typen",
  "names-long": "Zu lange Namen",
  "names-reserved": "Vergebene Namen",
  "names-shared": "Gleiche Namen",
  "typenames-odd": "Ungewöhnliche Typnamen",
};

export const de: MoveWords = {
  title: "Umzug",
  note: "der ganze Zustand zu Apache Flink, oder von dort zurück",
  all: "Alle Savepoints",
  direction: "Richtung",
  toFlink: "Zu Flink",
  fromFlink: "Von Flink",
  none: "Kein Savepoint zum Umziehen",
  noneAbout: "Umgezogen wird ein Savepoint. Legen Sie auf der Seite der Savepoints einen an, und wählen Sie ihn hier.",
  savepoints: "Savepoints",
  savepoint: "Savepoint",
  label: (time, epoch) => `${time}, Epoche ${epoch}`,
  noFlink: "Kein Flink-Savepoint hier",
  noFlinkAbout: {
    before: "Legen Sie einen im kanonischen Format an und dessen Ordner nach ",
    after: " im Datenverzeichnis, oder machen Sie daraus einen Link auf den Ordner, in den der Cluster schreibt.",
  },
  flinkSavepoints: "Flink-Savepoints",
  flinkSavepoint: "Flink-Savepoint",
  plan: {
    part: "Teil",
    count: "Anzahl",
    otherSide: "Auf der anderen Seite",
    why: "Warum",
    accept: "Hinnehmen",
    partName: (what) => parts[what],
    fates: { blocks: "im Weg", changes: "ändert sich", stays: "bleibt hier", moves: "zieht um", accepted: "hingenommen" },
  },
  run: {
    show: "Zeigen, was umzieht",
    move: "Umziehen",
    inTheWay: (count) => `${counted(count, "Teil steht", "Teile stehen")} im Weg`,
    nothing: "Nichts ist umgezogen",
    starting: "beginnt",
    cancel: "Abbrechen",
    since: (epochs) =>
      `Seit dem Savepoint ${epochs === 1 ? "wurde hier eine Epoche" : `wurden hier ${grouped(epochs)} Epochen`} festgeschrieben; was darin steht, ist nicht umgezogen.`,
    startJob: "Starten Sie den Job mit diesem Savepoint, im Datenverzeichnis: ",
    copyFolder: "Ordner kopieren",
    registered: "Er ist eingetragen. ",
    restore: "Stellen Sie ihn wieder her",
    goOn: ", um von dort weiterzumachen.",
    moved: ({ values, messages, delayedMessages, seconds }) =>
      `${counted(values, "Wert", "Werte")}, ${counted(messages, "Nachricht", "Nachrichten")}, ${counted(delayedMessages, "verzögerte Nachricht", "verzögerte Nachrichten")} in ${seconds} s.`,
    equal: " Zurückgelesen und verglichen, Entität für Entität: gleich.",
    phases: {
      planning: "wird gezählt",
      writing: "Zeilen gehen hindurch",
      sealing: "Flinks Werkzeug schreibt den Savepoint",
      sorting: "die Datei wird sortiert und auf die Platte geschrieben",
      checking: "zurückgelesen und verglichen",
    },
    rowsOf: (rows, all) => `${grouped(rows)} von ${counted(all, "Zeile", "Zeilen")}`,
    rows: (rows) => counted(rows, "Zeile", "Zeilen"),
  },
};
