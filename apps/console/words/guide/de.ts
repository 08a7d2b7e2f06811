/** The texts of the first steps in German. */
import type { GuideWords } from "./en.ts";

export const de: GuideWords = {
  title: "Von nichts zu einem Trace, in einer Minute",
  about:
    "Signalbox bewahrt den Zustand von Entitäten, trägt die Nachrichten zwischen ihnen und ruft die Funktionen auf, in denen Ihre Logik steht. Drei Schritte zeigen es; jeder hakt sich selbst ab.",
  steps: "Erste Schritte",
  progress: (done, all) => `${done} von ${all}`,
  register: {
    title: "Funktionen anmelden",
    about:
      "Die Demo bringt einen kleinen Laden mit eigenem Verkehr. Oder nennen Sie die URL eines Dienstes, der das StateFun-Protokoll spricht.",
    demo: "Demo starten",
    own: "Endpoint anmelden",
  },
  message: {
    title: "Eine Nachricht senden",
    about: "Die Demo sendet von selbst; Ihre geht an jede Entität eines angemeldeten Typs.",
    act: "Nachricht senden",
    orCurl: "Oder mit einem beliebigen HTTP-Client:",
    copy: "Befehl kopieren",
  },
  trace: {
    title: "Ihren Trace öffnen",
    about: "Alles, was auf eine Nachricht folgte, mit dem Zustand vor und nach jedem Schritt.",
    act: "Neuesten Trace öffnen",
    none: "Einen Trace gibt es, sobald eine Nachricht gesendet ist.",
  },
  done: "erledigt",
  allDone: "Das ist der ganze Weg einer Nachricht. ? zeigt die Tasten, die Zeitleiste unten führt in die Vergangenheit.",
  close: "Erste Schritte schließen",
};
