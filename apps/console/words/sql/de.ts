/** The texts of the page of SQL in German. Neighbour: en.ts lists them. */
import { counting } from "../counting.ts";
import type { SqlWords } from "./en.ts";

const counted = counting("de");

/** By their names; a test reads the page for one that is missing. */
const tables: Readonly<Record<string, string>> = {
  entities: "jede Entität mit ihrem Zustand",
  state: "Zustandswerte, dekodiert",
  mailboxes: "was wartet, je Entität die ersten hundert Nachrichten",
  journal: "was geschah, Neuestes zuerst, so weit das Journal reicht",
  failures: "was geparkt ist, pausiert oder später wieder versucht wird, die neuesten tausend",
  egress: "Datensätze, die noch nicht geliefert oder abgeholt sind",
  savepoints: "die Savepoints dieses Gateways",
  savepoint_state: "Zustandswerte eines Savepoints",
  savepoint_message: "Mailboxen eines Savepoints",
  savepoint_delayed_message: "verzögerte Nachrichten eines Savepoints",
  savepoint_egress_record: "Egress-Datensätze eines Savepoints",
};

export const de: SqlWords = {
  note: "nur lesend, über lebende Daten und Savepoints",
  runAction: "Abfrage ausführen",
  runs: "Sie läuft.",
  explainAction: "Abfrage erklären",
  explain: "Erklären",
  copyCli: "Abfrage als CLI-Befehl kopieren",
  cliCopied: "Der Befehl ist kopiert",
  stop: "Anhalten",
  run: "Ausführen",
  nameLabel: "Name, unter dem die Abfrage gespeichert wird",
  name: "Name",
  save: "Speichern",
  none: "Noch nichts gefragt",
  noneAbout:
    "Strg+Enter führt die Abfrage aus, Erklären sagt, was sie lesen würde. Nennen Sie den Typ, wo es geht: state(type := 'shop/cart', prefix := 'an').",
  asking: "wird gefragt…",
  noAnswer: "Keine Antwort",
  result: "Ergebnis",
  rows: "Zeilen",
  answered: (rows) => counted(rows, "Zeile", "Zeilen"),
  in: "in",
  read: "gelesen",
  readNothing: "nichts",
  asOf: (time) => `Stand ${time}`,
  more: "es gibt mehr Zeilen: LIMIT oder aggregieren",
  plan: "Was sie lesen wird",
  willRead: "Liest",
  noTable: "keine Tabelle",
  notYet: "noch wurde nichts gelesen.",
  side: "Tabellen und Abfragen",
  tables: "Tabellen",
  tablesNote: "ein Klick setzt den Namen ein",
  saved: "Gespeichert",
  savedNote: "in diesem Browser",
  noneSaved: "Noch keine: Speichern bewahrt die Abfrage unter einem Namen.",
  forget: (name) => `${name} vergessen`,
  history: "Verlauf",
  historyNote: "die letzten fünfzig dieses Browsers",
  columns: (count) => `${count} Spalten`,
  about: ({ name, about }) => tables[name] ?? about,
  ofTable: (name) => ` von ${name}`,
};
