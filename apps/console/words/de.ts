/**
 * The console's texts in German. Words of the system (trace, savepoint, endpoint) stay as the documentation and the API write them.
 */
import type { Words } from "./en.ts";

export const de: Words = {
  tag: "de",
  navigation: {
    overview: { name: "Übersicht", purpose: "Geht es gut, was hat sich geändert, was braucht mich" },
    flow: { name: "Fluss", purpose: "Was sich gerade bewegt" },
    traces: { name: "Traces", purpose: "Die ganze Geschichte einer Nachricht" },
    entities: { name: "Entitäten", purpose: "Eine finden, lesen, ihre Vergangenheit" },
    failures: { name: "Fehler", purpose: "Ursachen statt Zeilen" },
    sql: { name: "SQL", purpose: "Fragen, was da ist: jetzt und in Savepoints" },
    functions: { name: "Funktionen", purpose: "Wer bedient was, und wie gut" },
    modules: { name: "Module", purpose: "Was vereinbart ist, was sich ändern würde" },
    connectors: { name: "Anschlüsse", purpose: "Was herein- und hinausgeht, was im Weg steht" },
    savepoints: { name: "Savepoints", purpose: "Wohin es zurückgeht, und was das kostet" },
    send: { name: "Senden", purpose: "Etwas geschehen lassen" },
    people: { name: "Personen", purpose: "Wer darf was, Sitzungen und Tokens" },
    audit: { name: "Protokoll", purpose: "Wer hat was geändert, und was wurde daraus" },
  },
  frame: {
    skip: "Zum Arbeitsbereich",
    main: "Hauptmenü",
    manage: "Verwalten",
    more: "Mehr",
    morePages: "Weitere Seiten",
    search: "Zu Typ, Id, Trace …",
    summary: "Zustand in Zahlen",
    ago: "her",
    shortcuts: "Tasten",
    theme: (now) => `Farben: ${now}`,
    themes: { system: "wie das System", dark: "dunkel", light: "hell" },
    otherLanguage: "English",
    everywhere: "Überall",
    goTo: "Gehe zu",
    goToAnything: "Gehe zu allem",
    time: "Zeit",
    backToNow: "Zurück ins Jetzt",
  },
  ages: { now: "gerade eben", past: (size) => `vor ${size}`, ahead: (size) => `in ${size}` },
  overview: {
    demoRuns: "Eine Demo läuft",
    send: "Nachricht senden",
    endpoints: "Endpoints",
    allEndpoints: "Alle Endpoints",
    whatRuns: "Was läuft",
    allFunctions: "Alle Funktionen",
    whatChanged: "Was sich geändert hat",
    loadingCharts: "Diagramme werden geladen",
    wall: "Nur die Kurven, ohne Navigation",
  },
};
