/** The texts of Flow in German. Neighbour: en.ts lists them. */
import { counting } from "../counting.ts";
import type { FlowWords } from "./en.ts";

const counted = counting("de");

/** By the words that the gateway says; one that is not here stays as it is. */
const states: Readonly<Record<string, string>> = {
  running: "läuft",
  idle: "ruht",
  paused: "pausiert",
  "no endpoint": "kein Endpoint",
  "endpoint down": "Endpoint gestört",
  "not declared": "nicht vereinbart",
  "needs a look": "braucht einen Blick",
  opening: "wird geöffnet",
  waiting: "wartet",
  waits: "wartet",
  "held back": "zurückgehalten",
  refused: "abgelehnt",
  stopped: "angehalten",
  "parked then": "damals geparkt",
  "moved then": "lief damals",
  "quiet then": "ruhte damals",
};
const counts: Readonly<Record<string, string>> = { parked: "geparkt", retrying: "vor neuem Versuch", paused: "pausiert" };

function stateOf(word: string): string {
  const [, before = "", count, what = ""] = /^(paused, )?(\d+) (parked|retrying|paused)$/.exec(word) ?? [];
  return count === undefined ? (states[word] ?? word) : `${before === "" ? "" : "pausiert, "}${count} ${counts[what] ?? what}`;
}

export const de: FlowWords = {
  title: "Fluss",
  filter: "Tail filtern",
  goOn: "Weiter",
  pause: "Anhalten",
  pauseKey: "Anhalten oder weiter",
  viewKey: "Graph oder Tabelle",
  showAs: "Den Fluss zeigen als",
  graph: "Graph",
  table: "Tabelle",
  tail: "Tail",
  loading: "Der Graph wird geladen",
  noGraph: "Noch kein Graph",
  noGraphAbout: "Der Live-Strom antwortet nicht; die Zeile oben sagt, warum. Der Graph erscheint, sobald er antwortet.",
  dotsThen: ({ from, to, dots }) =>
    `jeder Punkt ist eine aufgezeichnete Nachricht von ${from} bis ${to}, ${dots} insgesamt · die Kästen stehen wie jetzt, was wartete, ist nicht bekannt`,
  offline: "steht still: Das Gateway antwortet nicht",
  paused: "angehalten: Punkte warten, Zahlen laufen weiter",
  still: (moved) => `${moved}/s in Bewegung · weniger Bewegung gewünscht, darum nur Zahlen`,
  dots: (shown, moved) =>
    `ein Punkt ist eine Nachricht · ${shown} gezeigt von ${moved}/s · ein Klick öffnet einen Punkt oder hält eine Linie`,
  locateKey: "Einen Typ oder eine Entität finden",
  locateLabel: "Namespace, Typ oder Entität finden",
  locate: "Finden",
  entity: "Entität",
  beyond: (count) => `${count} außerhalb`,
  beyondTitle: "Bewegt den Graphen zu ihnen; zweimal zeigt ihn vom Anfang an",
  wait: (count) => `${count} warten`,
  types: (count) => counted(count, "Typ", "Typen"),
  zoom: "Wie weit der Graph gezoomt ist",
  levelTypes: "Typen",
  levelNamespaces: "Namespaces",
  where: "Wo im Graphen",
  all: "alles",
  levelOut: "Eine Ebene hinaus",
  live: "Live-Graph. Die Tabelle zeigt dasselbe.",
  controls: {
    "controls.ariaLabel": "Ansicht des Graphen",
    "controls.zoomIn.ariaLabel": "Vergrößern",
    "controls.zoomOut.ariaLabel": "Verkleinern",
    "controls.fitView.ariaLabel": "Ganz zeigen",
    "node.a11yDescription.keyboardDisabled": "Eine Stelle im Graphen",
    "edge.a11yDescription.default": "Ein Weg im Graphen",
  },
  arrange: "Anordnen",
  arrangeAbout: "Ordnet alle Knoten neu an; sonst bewegt sie nichts",
  state: stateOf,
  kinds: { type: "Funktionstyp", ingress: "Ingress", egress: "Egress" },
  openNode: (kind, name, state) => `${kind} ${name} öffnen: ${state}`,
  showRows: "Seine Zeilen im Tail und seine aktivsten Entitäten zeigen",
  waiting: (count) => `${count} wartend`,
  failing: "fehlerhaft",
  rows: {
    is: { "standing still": "steht still", paused: "angehalten", held: "gehalten", live: "live" },
    leftOut: (count) => `${count} ausgelassen`,
    leftOutAbout: "Zeilen, die passten und nicht gesendet wurden, weil mehr kamen, als jemand lesen kann. Ein engerer Filter zeigt alle.",
    unclear: (count) => `${count} unklar`,
    unclearAbout: "Zeilen, zu denen der Filter nichts sagen konnte: Sie enthalten anderes, als er fragt, oder mehr, als er ansehen darf.",
    fresh: (count) => `${count} neu`,
    last: (count) => `die letzten ${count}`,
    offline: "Noch keine Zeilen: Das Gateway antwortet nicht. Sie kommen, sobald es antwortet.",
    still: "Der Tail steht still. Was seither kam, ist einen Druck entfernt: die Zahl darüber.",
    noneFits: "Seit Sie diesen Filter setzten, ist nichts zu Ende gegangen, was dazu passt. Sobald es so weit ist, erscheint es hier.",
    none: "Jeder Aufruf, der endet, jeder Versuch, der fehlschlägt, und jeder Eingriff einer Person erscheint hier, Neuestes zuerst.",
    clear: "Filter leeren",
    label: "Zeilen des Tails, Neuestes zuerst",
    attempt: (number) => `Versuch ${number}`,
    parked: "geparkt",
  },
};
