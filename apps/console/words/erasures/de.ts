/** The texts of erasures in German. Neighbour: en.ts lists them. */
import { counting } from "../counting.ts";
import { grouped } from "../../format/numbers.ts";
import type { ErasuresWords } from "./en.ts";

const counted = counting("de");

export const de: ErasuresWords = {
  title: "Werte löschen",
  confirm: "Löschen",
  notErased: "Nicht gelöscht",
  about:
    "Zustand, wartende und verzögerte Nachrichten, Egress-Datensätze und die Werte des Journals gehen endgültig, aus dem Store und aus jedem Savepoint hier. Solange der Store kopiert wird, werden Nachrichten abgelehnt. Was danach kommt, ist neu.",
  whose: "Wessen",
  whoseHint: "Eine je Zeile: shop/cart/anna, oder * anna für die Id in jedem Typ.",
  match: "Wie Ids passen",
  theseIds: "diese Ids",
  begin: "alle Ids, die so beginnen",
  count: "Zählen, was ginge",
  notCounted: "Nicht gezählt",
  reason: "Grund",
  reasonHint: "Steht in der Quittung und im Protokoll.",
  now: (what) => `Jetzt: ${what}.`,
  inSavepoints: (holding, all, rows) =>
    `In ${counted(holding, "Savepoint", "Savepoints")} von ${grouped(all)}: ${counted(rows, "Zeile", "Zeilen")}.`,
  unread: "Nicht lesbar, und blieben, wie sie sind:",
  receipt: "Quittung einer Löschung",
  savepoint: {
    untouched: "hielt nichts davon",
    rewritten: "neu geschrieben",
    failed: "hält noch, was er hielt",
  },
  gone: (rows) => `: ${counted(rows, "Zeile", "Zeilen")} weg`,
  rows: {
    id: "Id",
    by: "von",
    why: "warum",
    what: "was",
    begun: "begonnen",
    ended: "beendet",
    gone: "weg",
  },
  notYet: "noch nicht",
  notYetKnown: "noch nicht bekannt",
  savepoints: "Savepoints",
  noneSoFar: "Bisher keine",
  backups: "Entfernen Sie diese Sicherungen, die die Werte enthalten können:",
  notReached: "Nicht erreicht",
  copy: "Quittung kopieren",
  columns: {
    began: "Begonnen",
    by: "Von",
    what: "Was",
    why: "Warum",
    state: "Zustand",
  },
  forAdmins: "Löschen ist für Admins",
  erasures: "Löschungen",
  table: "Löschungen, Neuestes zuerst",
  none: "Nichts wurde gelöscht",
  noneAbout:
    "Verlangt jemand, dass die eigenen Daten gehen, werden die Werte der zugehörigen Entitäten aus dem Store, dem Journal und den Savepoints hier genommen. Die Quittung bleibt.",
  wrong: (line) => `„${line}“ ist keine Adresse: Schreiben Sie shop/cart/anna, oder * anna für eine Id in jedem Typ`,
  kinds: {
    states: (count) => counted(count, "Zustandswert", "Zustandswerte"),
    messages: (count) => counted(count, "wartende Nachricht", "wartende Nachrichten"),
    delayedMessages: (count) => counted(count, "verzögerte Nachricht", "verzögerte Nachrichten"),
    egressRecords: (count) => counted(count, "Egress-Datensatz", "Egress-Datensätze"),
    journalRecords: (count) => counted(count, "Journaleintrag", "Journaleinträge"),
    keyDigests: (count) => counted(count, "Prüfsumme eines gesendeten Werts", "Prüfsummen gesendeter Werte"),
  },
  nothing: "nichts",
  is: {
    failed: "gescheitert",
    done: "fertig",
    partly: "fertig, aber nicht überall",
    values: "Store wird kopiert",
    savepoints: (count) => `Savepoints werden neu geschrieben, bisher ${grouped(count)}`,
  },
  entities: (count) => counted(count, "Entität", "Entitäten"),
};
