/** What runtimes may be unable to do, why, and what helps, in German. Neighbour: de.ts. */
export const capabilityTexts: Readonly<Record<string, string>> = {
  "take messages": "Nachrichten annehmen",
  "keep what it acknowledged when its process ends": "bewahren, was sie bestätigt hat, wenn ihr Prozess endet",
  "answer a call with what its function sends back": "einen Aufruf mit dem beantworten, was die Funktion zurücksendet",
  "show entities and act on them": "Entitäten zeigen und mit ihnen etwas tun",
  "show the state of entities as it is now": "den Zustand von Entitäten zeigen, wie er jetzt ist",
  "pause, retry, edit and discard what waits for an entity, and edit its state":
    "pausieren, wiederholen, ändern und verwerfen, was für eine Entität wartet, und ihren Zustand ändern",
  "tell the history of entities and traces": "die Geschichte von Entitäten und Traces erzählen",
  "hand out records of egresses": "Datensätze von Egresses herausgeben",
  "take savepoints and restore them": "Savepoints nehmen und wiederherstellen",
  "say how it is and take modules": "sagen, wie es ihr geht, und Module annehmen",
  "show messages as they move": "Nachrichten zeigen, während sie sich bewegen",
  "hold messages at breakpoints": "Nachrichten an Haltepunkten anhalten",
  "erase the values of entities, also from the bytes on disk": "die Werte von Entitäten löschen, auch aus den Bytes auf der Platte",
  "tell an observer in the gateway's thread each event": "einem Beobachter im Thread des Gateways jedes Ereignis sagen",
  "it keeps everything in the memory of its process": "sie bewahrt alles im Speicher ihres Prozesses",
  "Use the embedded engine where messages must survive.": "Wo Nachrichten überleben müssen, die eingebettete Engine verwenden.",
  "it has no files": "sie hat keine Dateien",
  "Use the embedded engine to take savepoints.": "Für Savepoints die eingebettete Engine verwenden.",
  "it calls each function at once and holds nobody": "sie ruft jede Funktion sofort auf und hält niemanden an",
  "Use the embedded engine to hold messages at breakpoints.": "Für Haltepunkte die eingebettete Engine verwenden.",
  "End the process: nothing is left.": "Den Prozess beenden: Nichts bleibt übrig.",
  "all endpoints are called by Flink itself, past the gateway": "alle Endpoints ruft Flink selbst auf, am Gateway vorbei",
  "Leave SIGNALBOX_FLINK_DIRECT out: the gateway then stands between.":
    "SIGNALBOX_FLINK_DIRECT weglassen: Dann steht das Gateway dazwischen.",
  "Flink keeps the state; what is shown is what the gateway saw at the last call of the function":
    "Flink bewahrt den Zustand; gezeigt wird, was das Gateway beim letzten Aufruf der Funktion sah",
  "Take a savepoint for what counts.": "Für das, was zählt, einen Savepoint nehmen.",
  "Flink holds the mailboxes and delivers from them itself": "Flink hält die Mailboxen und liefert selbst aus ihnen aus",
  "Run the embedded engine (SIGNALBOX_RUNTIME=embedded) where this is needed.":
    "Wo das gebraucht wird, die eingebettete Engine laufen lassen (SIGNALBOX_RUNTIME=embedded).",
  "Flink keeps no record of single invocations": "Flink bewahrt keine Datensätze einzelner Aufrufe",
  "Flink holds the mailboxes and calls functions from them itself": "Flink hält die Mailboxen und ruft Funktionen selbst daraus auf",
  "Flink keeps state and messages in files of its own": "Flink bewahrt Zustand und Nachrichten in eigenen Dateien",
  "Let the functions clear their state, and drop Flink's savepoints.":
    "Die Funktionen ihren Zustand leeren lassen, und die Savepoints von Flink wegwerfen.",
  "its partitions run in threads of their own, where observers hear the events and send digests":
    "ihre Partitionen laufen in eigenen Threads, wo Beobachter die Ereignisse hören und Zusammenfassungen senden",
  "Give an observer module (threads.observerModule), or run one partition (SIGNALBOX_PARTITIONS=1).":
    "Ein Beobachter-Modul nennen (threads.observerModule), oder eine Partition laufen lassen (SIGNALBOX_PARTITIONS=1).",
};
