/** How an entity stands, in German. Neighbour: en.ts lists the words. */
import type { StatusWords } from "./en.ts";

export const de: StatusWords = {
  idle: "untätig",
  loading: "wird geladen",
  waiting: "wartet",
  ready: "bereit",
  "in-flight": "im Aufruf",
  "backing-off": "vor neuem Versuch",
  paused: "pausiert",
  parked: "geparkt",
  held: "angehalten",
};
