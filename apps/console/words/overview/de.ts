/** The texts of the Overview in German. Neighbour: en.ts lists them. */
import { latencySeconds } from "@signalbox/gateway/shared";
import { counting } from "../counting.ts";
import { grouped } from "../../format/numbers.ts";
import type { OverviewWords } from "./en.ts";

const counted = counting("de");

export const de: OverviewWords = {
  demos: {
    explains: "Funktionen mit eigenem Verkehr, zum Ansehen; jederzeit zu stoppen",
    name: "Demos",
    start: "Demo wählen",
    about:
      "Jede meldet Funktionen an und sendet ihnen Nachrichten. Sie lässt sich jederzeit stoppen: Ihr Modul geht, was ihre Entitäten halten, bleibt.",
    look: "Den Fluss ansehen",
    runs: "läuft",
    stop: "Stoppen",
    begin: "Starten",
    stopOne: (title) => `${title} stoppen`,
    startOne: (title) => `${title} starten`,
    needs: (toolchain) => `braucht ${toolchain}`,
    notFound: (programs) => `Nicht im PATH des Gateways: ${programs}. Wo das Gateway läuft, installiert es dieser Befehl:`,
    copyInstall: (title) => `Den Befehl kopieren, der installiert, was „${title}“ braucht`,
    preparing: "Vor dem Start:",
    of: {
      shop: { title: "Laden", about: "Körbe, Lager und Quittungen; ab und zu eine kaputte Nachricht, die einen Menschen braucht." },
      "ride-sharing": {
        title: "Mitfahrten",
        about:
          "Autos und Fahrgäste in einer Stadt. Ein Modul mit vier Orten: Fahrgäste über HTTP, Fahrten über gRPC, Fahrer in einem Prozess, Zellen eingebettet.",
      },
      "greeter-javascript": {
        title: "Grüßer in JavaScript",
        about:
          "Zwei Funktionen auf dem offiziellen SDK: Eine Person zählt Besuche, ein Grüßer schreibt einen Gruß. Ein Grüßer nimmt den Platz des anderen und behält den Zustand.",
      },
      "greeter-typescript": { title: "Grüßer in TypeScript", about: "Dieselben zwei Funktionen auf @signalbox/functions." },
      "greeter-python": { title: "Grüßer in Python", about: "Dasselbe auf dem offiziellen SDK. Der erste Start installiert es." },
      "greeter-java": { title: "Grüßer in Java", about: "Dasselbe auf dem offiziellen SDK. Der erste Start baut es mit Maven." },
      "greeter-go": { title: "Grüßer in Go", about: "Dasselbe auf dem offiziellen SDK. Der erste Start baut es." },
      "greeter-rust": {
        title: "Grüßer in Rust",
        about: "Dasselbe ohne SDK: bloßes HTTP und prost. Der erste Start baut es, ein bis zwei Minuten lang.",
      },
      classifier: {
        title: "Klassifikator",
        about:
          "Welche Iris ist es? Ein Modell von scikit-learn lernt beim Start; jede Blume bekommt ihre Klasse. Der erste Start installiert es.",
      },
    },
  },
  endpoints: {
    none: "Kein Endpoint ist vereinbart.",
    register: "Einen anmelden",
    inUse: "Laufende Aufrufe, und wie viele die Engine jetzt erlaubt",
    of: (inFlight, limit) => `${grouped(inFlight)} von ${grouped(limit)}`,
    probe: (when) => `Probe ${when}`,
  },
  ingress: "Ingress",
  egress: "Egress",
  moreConnectors: (count) => `und ${count} weitere Anschlüsse`,
  needs: {
    title: "Was Sie braucht",
    failures: "Fehler",
    entitiesPaused: (count) => counted(count, "Entität ist pausiert", "Entitäten sind pausiert"),
    entitiesPausedAbout: "Nachrichten warten in ihren Mailboxen, bis jemand sie fortsetzt.",
    endpoints: (count) => counted(count, "Endpoint antwortet nicht", "Endpoints antworten nicht"),
    endpointsAbout:
      "Ihre Entitäten warten, ohne Versuche zu verlieren. Der Endpoint sagt, wer seinen Breaker öffnete und wann er wieder versucht wird.",
    moreCauses: (count) => `und ${count} weitere Ursachen`,
    nothing: "Nichts.",
    nothingAbout: "Keine Entität ist geparkt oder pausiert, jeder Endpoint antwortet, jeder Anschluss arbeitet.",
    isPaused: (name) => `${name} ist pausiert`,
    pausedBy: (name) => `${name} hat pausiert. Nachrichten warten der Reihe nach, bis es weitergeht.`,
    held: (ms) => `Der Thread des Gateways stand ${ms} ms still`,
    heldAbout: "So lange wartete alles, innerhalb der letzten Minute. Sein Log sagt, was davor begann.",
    violated: (name) => `Die Invariante „${name}“ ist verletzt`,
    violatedBefore: "Sie galt schon nicht, als sie festgelegt wurde: Ein Blick zurück zeigt, wer es war.",
    violatedBy: (by, before, after) => `Zuerst durch ${by}: ${before} → ${after}.`,
    heldUp: (type, messages) => `${type} steht, ${counted(messages, "Nachricht wartet", "Nachrichten warten")}`,
    is: { parked: "geparkt", backingOff: "vor neuem Versuch", waiting: "wartend" },
    group: (entities, type, state) => `${counted(entities, "Entität", "Entitäten")} von ${type} ${state}`,
  },
  rates: "Raten",
  changes: {
    loading: "Was sich geändert hat, wird geladen",
    what: "Was sich geändert hat",
    none: "Noch nichts. Angewandte Module und Savepoints erscheinen hier.",
    applied: (name) => `Modul ${name} angewandt`,
    revised: (name, revision) => `Modul ${name} geändert, jetzt Revision ${revision}`,
    savepoint: {
      ready: (epoch) => `Savepoint in Epoche ${epoch} angelegt`,
      taking: (epoch) => `Savepoint in Epoche ${epoch} wird angelegt`,
      failed: (epoch) => `Savepoint in Epoche ${epoch} fehlgeschlagen`,
    },
    restored: (name, epoch) => `Savepoint ${name} wiederhergestellt, von Epoche ${epoch}`,
  },
  types: {
    type: "Funktionstyp",
    state: "Zustand",
    label: "Funktionstypen, die mit dem meisten Verkehr zuerst",
    parked: (count) => `${grouped(count)} geparkt`,
    backingOff: (count) => `${grouped(count)} vor Versuch`,
    more: (count) => `und ${count} weitere`,
  },
  wall: {
    reading: "Kurven werden gelesen",
    over: (step) => `Zahlen der letzten ${step}`,
    overThen: (time, step) => `${step} ab ${time}`,
    overAbout: `Jede Zahl links gilt für ein Stück ihres Diagramms; die Statusleiste oben zählt über die letzten ${latencySeconds} s`,
    done: "Was getan wurde",
    strips: {
      flow: "Nachrichten herein, hinaus",
      latency: "p50 bis p99, logarithmisch",
      waiting: "warten in Mailboxen",
      failures: "Versuche fehlgeschl.",
      loop: "Event-Loop verspätet",
      memory: "Speicher",
      disk: "Platte",
    },
    label: (strip: string, when: { from: string; to: string }, end: { value: string; under: string }) =>
      `${strip}, von ${when.from} bis ${when.to}: am Ende ${end.value}, ${end.under}`,
    out: (value, peak) => `${value} hinaus · Spitze ${peak}`,
    spread: (p50, p95) => `p50 ${p50} · p95 ${p95}`,
    peak: (value) => `Spitze ${value}`,
    heat: {
      title: "p99 nach Typ",
      cell: (step) => `eine Zelle ist ${step} und öffnet ihre Nachrichten;`,
      failed: "Versuche darin fehlgeschlagen.",
      busiest: (shown, known) => `Die ${shown} mit dem meisten Verkehr von ${counted(known, "Typ", "Typen")}, nach Nachrichten.`,
      below: "unter 1 ms",
      above: "100 ms und mehr",
      cells: "Zellen: Pfeiltasten wählen eine, Enter öffnet ihre Nachrichten",
      unknown: (where) => `${where}: davon ist nichts bekannt`,
      said: (where, messages, p99) => `${where}: ${counted(messages, "Nachricht", "Nachrichten")}, p99 ${p99}`,
      failedIn: (count) => `, ${counted(count, "Versuch fehlgeschlagen", "Versuche fehlgeschlagen")}`,
    },
    edgeHeat: {
      title: "p99 unterwegs nach Kante",
      failed: "Entitäten an einer Nachricht davon geparkt.",
      busiest: (shown, known) => `Die ${shown} mit dem meisten Verkehr von ${counted(known, "Kante", "Kanten")}, nach Nachrichten.`,
      others: "andere Kanten",
      cells: "Zellen der Kanten: Pfeiltasten wählen eine, Enter öffnet ihre Nachrichten",
      failedIn: (count) => `, ${counted(count, "Entität geparkt", "Entitäten geparkt")}`,
      from: (name) => `von ${name}`,
      to: (name) => `zu ${name}`,
    },
  },
};
