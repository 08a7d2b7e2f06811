/** The texts of what few see: trouble, the past, the palette, one's password in German. Neighbour: en.ts lists them. */
import type { NoticesWords } from "./en.ts";

export const de: NoticesWords = {
  health: {
    label: "Zustand der Engine",
    since: (time) => `seit ${time}`,
    for: (time) => `seit ${time}`,
    whatToDo: "Was zu tun ist:",
    titles: {
      DISK_FULL: "Die Platte ist voll",
      DISK_READ_ONLY: "Die Platte ist nur lesbar",
      STORE_FAILED: "Die Platte nimmt nichts an",
      DATA_CORRUPT: "Der Store ist beschädigt",
      CLUSTER_UNREACHABLE: "Der Flink-Cluster antwortet nicht",
      CLUSTER_REFUSED: "Der Flink-Cluster lehnt die Funktionen ab",
      stopped: "Die Engine steht",
    },
    means: {
      "store-failed": "Neue Nachrichten und Änderungen werden abgelehnt. Alles Bestätigte ist sicher und hier zu lesen.",
      "cluster-failed": "Funktionen laufen nicht. Was gesendet wird, wird angenommen, bewahrt und wartet.",
      stopped: "Nichts läuft, und nichts wird angenommen. Was zuvor bestätigt wurde, liegt auf der Platte.",
    },
  },
  past: {
    label: "Was diese Seite von der Vergangenheit weiß",
    asOf: (time) => `▲ Stand ${time}.`,
    notThen: "▲ Nicht von damals.",
    pages: {
      "/": "Kurven und Leiste zeigen damals; die Listen daneben zeigen jetzt.",
      "/flow": "Verzeichnete Nachrichten laufen noch einmal; Kästen stehen, wo sie jetzt stehen. Was damals wartete, ist nicht bekannt.",
      "/entities": "Die Liste ist von jetzt, mit allem, was seither kam; eine Entität, die Sie öffnen, ist von damals.",
      "/entities/x": "Zustand und Verlauf sind von damals, soweit das Journal erzählt.",
      "/functions": "Typen zeigen die Zahlen jener Minute; Endpoints und Grenzen zeigen jetzt.",
      "/failures": "Zahlen und geparkte Entitäten der zehn Minuten davor; Ursachen werden nur für jetzt gebildet.",
      other: "Diese Seite zeigt jetzt: Wie es damals war, ist für sie nicht bewahrt.",
    },
  },
  palette: {
    placeholder: "Seite, Aktion, Typ, Typ/Id, Trace-Nummer, Doku…",
    none: "Keine Seite, keine Aktion, kein Typ und kein Abschnitt der Doku heißt so. Eine Entität wird geschrieben als",
    openEntity: "Entität öffnen",
    openTrace: "Trace öffnen",
    pages: "Seiten",
    types: "Funktionstypen",
    inFlow: "im Fluss",
    onPage: "Auf dieser Seite",
    docs: "Doku",
    actions: "Aktionen",
    send: "Nachricht senden",
    copyLink: "Link zu dieser Ansicht kopieren",
    linkCopied: "Link kopiert",
    copyCli: "Als CLI-Befehl kopieren",
    cliCopied: "Der Befehl ist kopiert",
    turnTheme: "Farben wechseln",
    nowTheme: (theme) => `jetzt ${theme}`,
    shortcuts: "Tasten zeigen",
  },
  docs: {
    back: "Zurück zur Suche",
    text: "Text des Abschnitts",
    loading: "Abschnitt wird geladen",
    what: "Die Doku",
    empty: "Diese Überschrift hat keinen eigenen Text: Den haben die Abschnitte darunter.",
  },
  taken: {
    youAre: (name) => `Sie sind jetzt ${name}`,
    changed: "Ihre Rollen wurden geändert",
    about: "Was hier offen war, ist geschlossen, und was noch nicht getan war, ist nicht getan.",
    understood: "Verstanden",
    none: "Sie haben keine Rolle mehr.",
    roles: (roles) => `Ihre Rollen: ${roles}.`,
  },
  password: {
    title: "Passwort ändern",
    about: (least) => `Mindestens ${least} Zeichen. Ihre anderen Sitzungen enden; diese geht weiter.`,
    change: "Ändern",
    done: "Fertig",
    current: "Das Passwort, das Sie haben",
    new: "Ein neues",
    again: "Das neue noch einmal",
    isNew: "Ihr Passwort ist das neue.",
    problems: {
      current: "Schreiben Sie das Passwort, das Sie haben.",
      least: (least) => `Schreiben Sie mindestens ${least} Zeichen.`,
      same: "Das ist das, welches Sie haben.",
      differ: "Die beiden sind nicht gleich.",
    },
    ended: (sessions) =>
      sessions === 0
        ? "Sie haben keine andere Sitzung."
        : sessions === 1
          ? "Ihre andere Sitzung wurde beendet."
          : `Ihre ${sessions} anderen Sitzungen wurden beendet.`,
  },
};
