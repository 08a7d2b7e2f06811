/** The texts of what an ingress or egress is doing in German. Neighbour: en.ts lists them. */
import type { ConnectorWords } from "./en.ts";

export const de: ConnectorWords = {
  running: "läuft",
  needsALook: "läuft, braucht einen Blick",
  opening: "wird geöffnet",
  waiting: "wartet",
  "held-back": "zurückgehalten",
  refused: "abgelehnt",
  stopped: "gestoppt",
  triedAgain: "nächster Versuch",
};
