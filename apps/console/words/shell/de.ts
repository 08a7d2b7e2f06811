/** The texts of the status strip, the timeline and what stands around every page in German. Neighbour: en.ts lists them. */
import { latencySeconds, rateSeconds } from "@signalbox/gateway/shared";
import { counting } from "../counting.ts";
import type { ShellWords } from "./en.ts";

const counted = counting("de");

export const de: ShellWords = {
  close: "Schließen (Esc)",
  inspector: "Inspektor",
  details: "Einzelheiten",
  tryAgain: "Erneut versuchen",
  raw: "Rohtext",
  loading: (what) => `Wird geladen: ${what}`,
  isLoading: "Wird geladen",
  shownAsOf: "Stand von ",
  suggestions: "Vorschläge",
  light: {
    signal: (word) => `Signal: ${word}`,
    clear: "frei",
    caution: "Vorsicht",
    danger: "Gefahr",
    offline: "kein Licht",
  },
  busy: (count) => `${count} aktiv`,
  down: (count) => `${count} gestört`,
  meanings: {
    inFlight: "Entitäten im Aufruf",
    parked: "Entitäten geparkt",
    backingOff: "Entitäten vor neuem Versuch",
    troubled: "Endpoints mit Störung",
    types: "Funktionstypen",
    modules: "Module",
    savepoints: "Savepoints",
  },
  readings: {
    epoch: {
      word: "Epoche",
      name: "letzte Epoche",
      explains: "Die Nummer des letzten atomaren Commits der Engine",
    },
    in: {
      word: "ein",
      name: "Nachrichten herein",
      explains: `Von außen angenommene Nachrichten je Sekunde, über die letzten ${rateSeconds} s`,
    },
    invocations: {
      word: "Aufrufe",
      name: "Aufrufe",
      explains: `Fertige Aufrufe je Sekunde, über die letzten ${rateSeconds} s`,
    },
    failures: {
      word: "fehlgeschlagen",
      name: "Versuche fehlgeschlagen",
      explains: `Fehlgeschlagene Versuche je Sekunde, über die letzten ${rateSeconds} s`,
    },
    p50: {
      word: "p50",
      name: "die Hälfte ist schneller als",
      explains: `Die Hälfte der Aufrufe der letzten ${latencySeconds} s dauerte höchstens so lange`,
    },
    p99: {
      word: "p99",
      name: "99 von 100 sind schneller als",
      explains: `99 von 100 Aufrufen der letzten ${latencySeconds} s dauerten höchstens so lange`,
    },
    waiting: {
      word: "warten",
      name: "warten in Mailboxen",
      explains: "Nachrichten, die jetzt in Mailboxen warten, bis sie an der Reihe sind, ohne die geparkter Entitäten",
    },
    parkedMessages: {
      word: "aufgehalten",
      name: "Nachrichten geparkter Entitäten",
      explains: "Nachrichten, die jetzt in Mailboxen geparkter Entitäten liegen: Sie warten auf eine Person",
    },
    inFlight: {
      word: "im Aufruf",
      name: "im Aufruf",
      explains: "Entitäten, für die jetzt ein Aufruf läuft",
    },
    parked: {
      word: "geparkt",
      name: "geparkt",
      explains: "Entitäten, die jetzt auf eine Person warten",
    },
    durable: {
      word: "dauerhaft",
      name: "seit dem letzten Sync",
      explains: "Seit die letzte Epoche auf die Platte geschrieben wurde",
    },
  },
  parts: {
    rate: {
      word: "Rate",
      explains: `Nachrichten, die er je Sekunde empfing, über die letzten ${rateSeconds} s`,
    },
    failures: {
      word: "Fehlgeschl.",
      explains: `Fehlgeschlagene Versuche je Sekunde, über die letzten ${rateSeconds} s`,
    },
    p50: {
      word: "p50",
      explains: `Die Hälfte seiner Aufrufe der letzten ${latencySeconds} s dauerte höchstens so lange`,
    },
    p95: {
      word: "p95",
      explains: `95 von 100 seiner Aufrufe der letzten ${latencySeconds} s dauerten höchstens so lange`,
    },
    p99: {
      word: "p99",
      explains: `99 von 100 seiner Aufrufe der letzten ${latencySeconds} s dauerten höchstens so lange`,
    },
    underWay: {
      word: "p50",
      explains: `Die Hälfte der Nachrichten der letzten ${latencySeconds} s war höchstens so lange unterwegs, vom Senden bis fertig`,
    },
    underWay99: {
      word: "p99",
      explains: `99 von 100 Nachrichten der letzten ${latencySeconds} s waren höchstens so lange unterwegs, vom Senden bis fertig`,
    },
    waiting: {
      word: "Wartend",
      explains: "Nachrichten in seinen Mailboxen (Datensätze in seinem Ausgang) jetzt",
    },
    parked: {
      word: "Geparkt",
      explains: "Entitäten, die jetzt auf eine Person warten",
    },
    total: {
      word: "Gesamt",
      explains: "Nachrichten seit dem Start des Gateways",
    },
  },
  timeline: {
    name: "Zeitleiste",
    span: "Wie viel Vergangenheit die Zeitleiste zeigt",
    all: "alles",
    moment: "Der gezeigte Augenblick",
    now: "jetzt",
    notLoaded: "Noch nicht geladen",
    summary: (messages: number, when: { from: string; to: string }, rest: { peak: string; failures: number }) =>
      `${counted(messages, "Nachricht", "Nachrichten")} von ${when.from} bis ${when.to}, höchstens ${rest.peak}; ${counted(rest.failures, "Fehlschlag", "Fehlschläge")}. Logarithmische Skala.`,
    connection: {
      live: "Live",
      connecting: "Wartet auf das Gateway",
      offline: "Steht still",
      resting: "Ruht: Niemand sah diesen Tab an",
    },
    plays: "Die Vergangenheit läuft",
    past: "Die Vergangenheit",
    bars: (step) => `Nachrichten je Sekunde, Balken ${step}, logarithmisch · Linie p99`,
    lastFailure: (age) => `letzter Fehlschlag ${age}`,
    marks: {
      savepoint: "○ Savepoint",
      restore: "◆ wiederhergestellt:",
      module: "▼ Modul",
      restart: "▮",
    },
    unknown: (time) => `Von ${time} ist nichts bekannt: Das Gateway lief nicht.`,
    messagesIn: (count, step) => `${counted(count, "Nachricht", "Nachrichten")} in ${step}`,
    failures: (count) => counted(count, "Fehlschlag", "Fehlschläge"),
    runtimeBounds: "Was das Journal begrenzt, bestimmt die Runtime selbst",
    bounds: (journal: { level: string; bytesMax: string; age: string }, charts: string, chartsMax: string) =>
      `Journal: Stufe ${journal.level}, höchstens ${journal.bytesMax} und ${journal.age} (SIGNALBOX_JOURNAL_BYTES_MAX, SIGNALBOX_JOURNAL_AGE_MS). Kurven: ${charts} von ${chartsMax} (SIGNALBOX_ROLLUP_BYTES_MAX), 24 h`,
    noJournal: "Journal: leer",
    reach: (time, count) => `Journal bis ${time}, ${count} Nachrichten und Einträge`,
    chartsTo: (time) => `Kurven bis ${time}`,
  },
  past: {
    shown: "Die Vergangenheit wird gezeigt",
    backToNow: "ins Jetzt",
    summaryThen: "Zustand von damals in Zahlen",
    unknown: "von diesem Augenblick ist nichts bekannt: Das Gateway lief nicht, oder er ist älter als das, was bewahrt wird",
    failing: "fehlgeschl.",
    before: "Die Nachricht davor (,)",
    back: "‹ Nachr.",
    toggle: "Abspielen oder anhalten (Leertaste)",
    pause: "Halt",
    play: "Start",
    after: "Die nächste Nachricht (.)",
    on: "Nachr. ›",
    speed: "Wie schnell die Vergangenheit läuft",
    copyLink: "Link zu diesem Augenblick kopieren",
    oneBack: "Eine Nachricht zurück",
    oneOn: "Eine Nachricht vor",
    togglePast: "Vergangenheit abspielen oder anhalten",
    noLater: "Keine spätere Nachricht innerhalb einer Stunde",
    noEarlier: "Keine frühere Nachricht innerhalb einer Stunde, oder das Journal endet hier",
  },
  copy: {
    copy: "Kopieren",
    copied: "Kopiert",
    refused: "Nicht kopiert: Dieser Browser verweigert es hier. Markieren Sie den Text, und kopieren Sie ihn selbst.",
    selectIt: "Nicht kopiert: bitte selbst markieren",
  },
  dialog: {
    close: "Schließen",
    type: "Zur Bestätigung",
    toConfirm: "eintippen",
    keep: "So lassen",
  },
  choose: "Wählen",
  trouble: {
    roles: "Ihre Anmeldung ist beendet, oder Ihre Rollen wurden geändert",
    rolesAbout: "Die Konsole fragt, was Sie jetzt sehen dürfen.",
    drains: "Die Engine läuft aus",
    drainsAbout: "Was im Aufruf ist, endet, um wiederherzustellen oder anzuhalten. Neue Nachrichten werden abgelehnt.",
    silent: "Das Gateway antwortet nicht",
    seen: "Was Sie sehen, ist",
    old: "alt.",
    nothing: "Noch konnte nichts geladen werden. ",
    trying: "Die Konsole versucht es weiter; prüfen Sie, ob das Gateway läuft.",
    notOpened: "Noch nicht geöffnet:",
    notOpenedAbout: "Das Gateway antwortet nicht. Sie bleiben hier; die Seite öffnet sich, sobald es antwortet.",
    stay: "Hier bleiben",
  },
  who: {
    noRole: "keine Rolle",
    password: "Passwort ändern",
    signOut: "Abmelden",
  },
};
