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
  counts: {
    "in-time": "pünktliche Läufe",
    missed: "verspätet gesendete Läufe",
    "by-hand": "Läufe von Hand",
    "left-out": "Mal Läufe ausgelassen",
    "clock-behind": "Mal ging die Uhr nach",
    "offset-gone": "Mal war eine Position nicht mehr da",
    "iterator-expired": "abgelaufene Iteratoren",
    taken: "angenommene Lieferungen",
    repeated: "wiederholte Lieferungen",
    "wrong-signature": "falsche Signaturen",
    "not-routable": "Lieferungen ohne Entität",
    "too-large": "zu große Lieferungen",
    "invalid-value": "Werte, die nicht passen",
    refused: "abgelehnte Lieferungen",
  },
};
