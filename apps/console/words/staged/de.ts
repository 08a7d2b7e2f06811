/** The texts of values of an entity that are staged in German. Neighbour: en.ts lists them. */
import { counting } from "../counting.ts";
import type { StagedWords } from "./en.ts";

const counted = counting("de");

export const de: StagedWords = {
  label: "Vorgemerkte Werte",
  staged: (count) => `${counted(count, "Wert", "Werte")} vorgemerkt`,
  isStaged: "vorgemerkt",
  notYet: "Noch ist nichts geschrieben.",
  dropIt: () => "Verwerfen",
  dropAll: () => "Alle verwerfen",
  drop: "Verwerfen",
  dropOne: (name) => `${name} verwerfen`,
  review: "Ansehen und schreiben…",
  written: (count) => `${counted(count, "Wert", "Werte")} geschrieben`,
  overtaken: "Eine Funktion schrieb im selben Augenblick: Im Verlauf steht, was vorher da war.",
  title: (count) => `${counted(count, "Wert", "Werte")} als eine Änderung schreiben`,
  write: (count) => `${counted(count, "Wert", "Werte")} schreiben`,
  about:
    "Links: was gilt. Rechts: was Sie schreiben werden, alles oder nichts, in einer Zeile des Verlaufs. Keine Funktion läuft dazwischen.",
  cleared: "wird geleert",
  stage: "Mit anderen vormerken",
  stageTitle: "Wird später geschrieben, zusammen mit anderen Werten dieser Entität",
};
