/** The texts of the smallest reproduction, and of tests that are exported, in German. Neighbour: en.ts lists them. */
import { counting } from "../counting.ts";
import { grouped } from "../../format/numbers.ts";
import type { ReproductionWords } from "./en.ts";

const counted = counting("de");

const ofAll = (left: number, of: number): string => `${grouped(left)} von ${counted(of, "Nachricht", "Nachrichten")}`;

export const de: ReproductionWords = {
  button: {
    failure: "Kleinste Reproduktion suchen…",
    state: "Suchen, was zu einem Zustand führte…",
    of: {
      failure: (id) => `Kleinste Reproduktion von ${id} suchen…`,
      state: (id) => `Suchen, was zu einem Zustand von ${id} führte…`,
    },
  },
  dialog: {
    title: "Die kleinste Reproduktion",
    about:
      "Die aufgezeichneten Nachrichten gehen noch einmal an die echte Funktion, neben der Entität und jedes Mal weniger, bis nur die übrig sind, mit denen sie scheitert oder ihr Zustand so wird, wie Sie es schreiben. Jeder Aufruf trägt den Header x-signalbox-replay: 1; was die Funktion antwortet, zählt nicht.",
    cancel: "Suche abbrechen",
    search: "Suchen",
    again: "Erneut suchen",
    last: "Die letzte Suche",
    lookAt: "angesehen werden die letzten",
    lookedAt: "Nachrichten, die angesehen werden",
    calls: (count) => `höchstens ${counted(count, "Aufruf", "Aufrufe")}, einer nach dem anderen, eine Minute lang`,
    lookFor: "gesucht wird",
    lookedFor: "Wonach gesucht wird",
    failure: "ihr Fehler",
    state: "ein Zustand",
    condition: "Die Nachrichten, nach denen dies gilt",
    conditionHint: "Vor der ersten von ihnen darf es nicht gelten. Was verdeckt ist, ist auch hier verdeckt.",
    label: "Suche",
    sum: ({ tries, calls, callsMax, by }) =>
      `${counted(tries, "Versuch", "Versuche")}, ${grouped(calls)} von höchstens ${counted(callsMax, "Aufruf", "Aufrufen")}, von ${by}`,
    made: "Gemachte Aufrufe",
  },
  outcome: {
    fail: "zum Fehler",
    notFail: "tritt der Fehler nicht ein",
    comeTo: (state) => `zu ${state}`,
    notComeTo: (state) => `kommt es nicht zu ${state}`,
    running: (left, of) => `Wird gesucht: ${ofAll(left, of)} übrig`,
    runningMeans: "Jeder Versuch ist eine Abzweigung im Speicher; nichts davon erreicht jemanden.",
    found: (left, of, does) => `${ofAll(left, of)} ${left === 1 ? "führt" : "führen"} ${does}`,
    foundMeans: (notSo) => `Keine davon ist entbehrlich: Fehlt eine, ${notSo}.`,
    bounded: (left, of, does) => `${ofAll(left, of)} ${left === 1 ? "führt" : "führen"} ${does}, vielleicht genügen weniger`,
    boundedMeans: (bound) => `${bound} Erlauben Sie mehr, und suchen Sie erneut.`,
    bounds: {
      calls: "Es wurde so oft aufgerufen wie erlaubt.",
      bytes: "Es wurde so viel gesendet wie erlaubt.",
      time: "Die Zeit war um.",
    },
    notReproduced: (tries) => `In ${counted(tries, "Versuch", "Versuchen")} nicht reproduziert`,
    notReproducedMeans: (notSo) =>
      `Einzeln gesendet, ${notSo}. Vielleicht brauchte es mehrere in einem Aufruf, etwas von außen, eine ältere Nachricht oder eine Funktion, die seither repariert ist.`,
    unstable: (does, tries) =>
      `Dieselben Nachrichten führen nur manchmal ${does ?? "zum Fehler"}, in ${counted(tries, "Versuch", "Versuchen")}`,
    unstableMeans:
      "Die Funktion hängt von mehr ab als von Nachrichten und Zustand: von der Zeit, vom Zufall, von dem, was sie sich merkt, oder von dem, was sie andere fragt.",
    away: "Der Endpoint antwortet nicht",
    awayMeans: "Über die Nachrichten ist nichts zu erfahren. Suchen Sie erneut, wenn er antwortet.",
    cancelled: (left, of) => `Abgebrochen: ${ofAll(left, of)} übrig`,
    cancelledMeans: (does) => `Sie führen ${does}, soweit es versucht wurde; weniger können genügen.`,
  },
  result: {
    differs: (sequence) =>
      `Die Funktion ist nicht deterministisch: Auf Nachricht #${sequence} gab sie nach denselben Nachrichten zwei verschiedene Antworten.`,
    instead: "Was sie stattdessen tat",
    fails: "So scheitert sie",
    wasToFail: "So hätte sie scheitern sollen",
    recorded: (notes) => `Zu dem, was aufgezeichnet ist: ${notes}.`,
    perhapsMore: "davor kann es Werte gegeben haben, von denen kein Eintrag erzählt",
    messages: "Nachrichten, der Reihe nach",
    trace: "Trace",
    before: "Zustand davor",
    nothing: "Keiner.",
    copyCurl: "Als curl kopieren, das sie sendet",
    testAbout:
      "Was die Entität davor enthielt und die wenigsten Nachrichten, mit denen ihre Funktion scheitert, für vitest und @signalbox/testing. Nennen Sie die geprüfte Funktion im dritten Import.",
  },
  test: {
    export: "Als Test exportieren",
    exportIt: "Als Test exportieren…",
    what: "Der Test",
    copy: "Test kopieren",
    saveAs: (name) => `Speichern als ${name}`,
    caseAbout:
      "Was sie davor enthielt, ihre letzten Nachrichten und was daraus folgte, für vitest und @signalbox/testing. Nennen Sie die geprüfte Funktion im dritten Import.",
    theLast: "die letzten",
    most: "Nachrichten im Test, höchstens",
    messages: (count) => counted(count, "Nachricht", "Nachrichten"),
    nothing: (begins) => `Nichts davon lässt sich wiederholen. ${begins}`,
    begins: {
      restore: "Er beginnt nach der letzten Wiederherstellung eines Savepoints.",
      edit: (record) => `Er beginnt nach Eintrag ${record}, in dem eine Person den Zustand änderte.`,
      cut: (record) => `Er beginnt nach Eintrag ${record}, von dem nicht jede Nachricht bewahrt ist.`,
      many: (record) => `Er beginnt nach Eintrag ${record}; ältere Nachrichten stecken in seinem Zustand davor.`,
      first: "Er beginnt mit dem ersten, den das Journal hat.",
      oldest: "Er beginnt mit dem ältesten, der gelesen wurde.",
    },
    onlySizes: "Das Journal bewahrt nur die Größen der Werte (Stufe metadata).",
    masked: "Einige seiner Werte sind verdeckt.",
    noCondition: "Ein Test kennt die Bedingung nicht: Kopieren Sie die Nachrichten, und schreiben Sie, was danach gelten soll.",
    noModules: "Der Fehler liegt an dem, was Module vereinbaren, und das hat ein Test nicht.",
  },
};
