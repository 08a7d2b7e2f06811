/** The texts of Load data in German. Neighbour: en.ts lists them. */
import { counting } from "../counting.ts";
import { grouped } from "../../format/numbers.ts";
import type { BootstrapWords } from "./en.ts";

const counted = counting("de");

export const de: BootstrapWords = {
  title: "Daten laden",
  note: "ein Savepoint aus SQL",
  stop: "Anhalten",
  tryIt: "Ausprobieren",
  make: "Savepoint anlegen",
  all: "Alle Savepoints",
  sql: "SQL des Bootstraps",
  aside: "Quellen und Regeln",
  writeSql: "Schreiben Sie zuerst das SQL.",
  merges: {
    none: "Leer beginnen",
    skip: "Mit dem beginnen, was läuft; seine Entitäten behalten",
    replace: "Mit dem beginnen, was läuft; seine Entitäten ersetzen",
    fail: "Mit dem beginnen, was läuft; seine Entitäten ablehnen",
  },
  rules: {
    title: "Regeln",
    savepoint: "Der Savepoint",
    wrong: "Falsche Zeilen, die wegbleiben dürfen",
    wrongHint: "Sind es mehr, entsteht nichts.",
  },
  nothing: "Noch nichts ausprobiert",
  nothingAbout:
    "Jede Zeile ist ein Zustandswert, mit den Spalten type, id, name und value. Ausprobieren (Ctrl+Enter) zählt und zeigt, was er enthalten würde, und legt nichts an.",
  notMade: "Es entstand nichts",
  reading: (rows) => `wird gelesen, ${counted(rows, "Zeile", "Zeilen")}`,
  report: {
    sum: ({ rows, values, entities }) =>
      `${counted(rows, "Zeile", "Zeilen")}, ${counted(values, "Wert", "Werte")} von ${counted(entities, "Entität", "Entitäten")}`,
    skipped: (count) => `, ${grouped(count)} übergangen`,
    replaced: (count) => `, ${grouped(count)} ersetzt`,
    in: (time) => ` in ${time}`,
    see: "Ansehen und wiederherstellen",
    states: "Zustandswerte",
    statesHead: { state: "Zustand", type: "Typ des Werts", values: "Werte" },
    sample: "Eine Stichprobe",
    sampleHead: { entity: "Entität", state: "Zustand", value: "Wert" },
    made: "Ein Savepoint ist angelegt",
    fits: "Es passt; angelegt wurde nichts",
    wrong: (count) => `${counted(count, "Zeile ist", "Zeilen sind")} falsch`,
    butMade: "; angelegt wurde nichts",
    errors: "Was falsch ist",
    place: (statement, row) => `Anweisung ${statement}, Zeile ${row}`,
    first: (shown, all) => `Die ersten ${shown} von ${all}.`,
  },
  sources: {
    title: "Quellen",
    none: "SQL kommt auch ohne aus; gelesen werden CSV, JSON Lines, Parquet, SQLite und PostgreSQL.",
    file: "Datei, die gelesen wird",
    send: "Datei senden…",
    there: "Eine vorhandene",
    database: "Eine Datenbank",
    sending: (name, percent, size) => `${name}: ${percent} % von ${size}`,
    notKept: "Die Datei wurde nicht bewahrt",
    name: "Name im SQL",
    kind: "Art",
    remove: (name) => `${name} entfernen`,
    urlOf: (name) => `URL von ${name}`,
    fileOf: (name) => `Datei von ${name}`,
    choose: "Datei wählen",
    problems: {
      name: "Der Name einer Quelle ist ein Name in SQL: Buchstaben, Ziffern und _.",
      url: (name) => `Geben Sie die URL von ${name} an.`,
      file: (name) => `Wählen Sie die Datei von ${name}.`,
    },
  },
};
