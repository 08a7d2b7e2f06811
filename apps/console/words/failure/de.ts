/**
 * The texts of what failed and what to do in German: each code of a failure has a meaning and a cure here, so that a new code does not
 * compile until it has German words. What the gateway says beside them (which address, which status) stays in its own words. Neighbour:
 * en.ts lists them.
 */
import type { FailureCode } from "@signalbox/gateway/contract";
import type { FailureWords } from "./en.ts";

interface FailureText {
  readonly means: string;
  readonly cure: string;
}

const mendAndRetry = "Die Funktion ausbessern, dann wiederholen.";

const failures: Readonly<Record<FailureCode, FailureText>> = {
  ENDPOINT_REFUSED: {
    means: "an der Adresse nimmt niemand Verbindungen an",
    cure: "Die Funktionen starten, oder Host und Port im Modul berichtigen.",
  },
  ENDPOINT_ASLEEP: {
    means: "der Endpoint ist auf null verkleinert und wird geweckt",
    cure: "Nichts: Er wird geweckt, weil dies wartet. Dauert es, sagt die Seite des Endpoints, was aus dem Wecken wird.",
  },
  ENDPOINT_DNS: {
    means: "der Name des Hosts hat keine Adresse",
    cure: "Den Namen in urlPathTemplate oder den Namensdienst berichtigen.",
  },
  ENDPOINT_TLS: {
    means: "die verschlüsselte Verbindung kam nicht zustande",
    cure: "Das Zertifikat, seinen Namen und seine Daten prüfen, und trust_cacerts und das Client-Zertifikat des Moduls.",
  },
  ENDPOINT_CONNECT_TIMEOUT: {
    means: "es kam in der erlaubten Zeit keine Verbindung zustande",
    cure: "Host und Port prüfen, und ob eine Firewall die Pakete verwirft.",
  },
  ENDPOINT_FORBIDDEN: {
    means: "die Adresse ist ein Ort, an dem kein Endpoint sein darf",
    cure: "urlPathTemplate berichtigen, oder den Ort in SIGNALBOX_ENDPOINT_ALLOW nennen.",
  },
  ENDPOINT_DISCONNECTED: {
    means: "die Verbindung brach ab, bevor die Antwort ganz da war",
    cure: "Im Log der Funktionen nach einem Absturz sehen, oder nach der Grenze eines Proxys.",
  },
  ENDPOINT_OVERLOADED: {
    means: "der Endpoint ist überlastet",
    cure: "Nichts: Er bekommt weniger, bis er sich erholt. Dauert es, mehr Instanzen starten.",
  },
  ENDPOINT_ERROR: {
    means: "der Endpoint antwortete mit einem Fehler",
    cure: "Im Log der Funktionen nachsehen: Die Funktion hat geworfen, oder der Typ ist dort unbekannt.",
  },
  ENDPOINT_GATEWAY: {
    means: "was vor den Funktionen steht, hat sie nicht erreicht",
    cure: "Nachsehen, ob alle Instanzen hinter dem Proxy laufen und in seiner Zeit antworten.",
  },
  CALL_TIMEOUT: {
    means: "in der erlaubten Zeit kam keine vollständige Antwort",
    cure: "Nachsehen, warum die Funktion langsam ist, oder die Zeit für einen Aufruf erhöhen.",
  },
  REPLY_MEMORY_FULL: {
    means: "für die Antwort war kein Speicher frei",
    cure: "Nichts: Es wird später wieder gefragt. Dauert es, SIGNALBOX_REPLY_BYTES_IN_MEMORY_MAX erhöhen.",
  },
  REJECTED: {
    means: "die Funktion nimmt diese Nachricht nicht an",
    cure: "Ihre Begründung lesen; die Nachricht ändern oder verwerfen.",
  },
  RETRY_LATER: { means: "die Funktion will später gefragt werden", cure: "Nichts: Sie wird zu der Zeit gefragt, die sie nannte." },
  REPLY_STATUS: {
    means: "die Antwort hat einen Status, mit dem keine Funktion antwortet",
    cure: "Den Pfad in urlPathTemplate prüfen: Oft antworten dort nicht die Funktionen.",
  },
  REPLY_CONTENT_TYPE: {
    means: "die Antwort ist keine einer Funktion: Sie nennt einen anderen content-type",
    cure: "Unter diesem Pfad den Handler des SDK anbieten, keine Seite; oder die URL berichtigen.",
  },
  REPLY_MALFORMED: {
    means: "die Antwort ist nicht zu lesen",
    cure: "Die Bytes des StateFun-SDK unverändert senden; ist dort keine Funktion, die URL berichtigen.",
  },
  REPLY_TOO_LARGE: {
    means: "die Antwort ist größer, als sie sein darf",
    cure: "Weniger und Kleineres senden, oder payload_max_bytes oder SIGNALBOX_REPLY_BYTES_IN_MEMORY_MAX erhöhen.",
  },
  REQUEST_TOO_LARGE: {
    means: "Zustand und Nachrichten eines Aufrufs sind größer, als gesendet werden darf",
    cure: "payload_max_bytes erhöhen, maxNumBatchRequests senken, oder weniger im Zustand halten.",
  },
  STATE_TYPE_MISMATCH: {
    means: "ein Zustandswert hat einen anderen Typ als bisher",
    cure: "Dem neuen Typ einen neuen Namen geben, oder die Werte über einen Savepoint umziehen.",
  },
  STATE_TYPE_INVALID: {
    means: "der Typ eines Zustandswerts hat keinen gültigen Namen",
    cure: "Ihn in der Funktion namespace/name nennen.",
  },
  STATE_NOT_REGISTERED: {
    means: "die Funktion ändert einen Zustandswert, den sie nicht vereinbart hat",
    cure: "Ihn in der Funktion vereinbaren, dann wiederholen.",
  },
  HANDSHAKE_LOOP: {
    means: "die Funktion verlangt Zustandswerte noch einmal, die sie bekommen hat",
    cure: "Hinter einem Endpoint eine einzige Version der Funktionen betreiben.",
  },
  UNKNOWN_FUNCTION_TYPE: {
    means: "eine Nachricht ging an einen Typ, den kein Endpoint bedient",
    cure: "Einen Endpoint für den Typ anmelden, oder die Nachricht verwerfen.",
  },
  TOO_MANY_TYPES: {
    means: "eine Nachricht ging an einen neuen Typ, und mehr Typen dürfen nicht bekannt werden",
    cure: "Den Typ berichtigen, ihn mit seinem Namen binden, oder SIGNALBOX_FUNCTION_TYPES_MAX erhöhen.",
  },
  UNKNOWN_EGRESS: {
    means: "ein Datensatz ging an einen Egress, den kein Modul vereinbart",
    cure: "Den Egress in einem Modul vereinbaren, dann wiederholen.",
  },
  DELAY_NEGATIVE: { means: "eine verzögerte Nachricht hat eine Verzögerung unter null", cure: mendAndRetry },
  TOKEN_IN_USE: {
    means: "das Token zum Zurücknehmen gehört schon einer wartenden Nachricht",
    cure: "Ein Token einmal verwenden, oder vorher zurücknehmen.",
  },
  TOKEN_MISSING: { means: "eine Rücknahme nennt kein Token", cure: mendAndRetry },
  INVALID_ADDRESS: { means: "die Antwort sendet an eine Adresse, die keine ist", cure: mendAndRetry },
  CALL_OUT_OF_MEMORY: {
    means: "die Funktion brauchte mehr Speicher, als sie haben darf",
    cure: "Die Funktion ausbessern, oder `limits.memoryMiB` erhöhen; dann wiederholen.",
  },
  NOT_IN_ISOLATION: {
    means: "die Funktion verwendet einen Namen, den es in der Isolation nicht gibt",
    cure: "Das Mittel der Funktion selbst nehmen (ctx.sendAfter, ctx.random, ein Egress), oder sie in einem eigenen Prozess betreiben; dann wiederholen.",
  },
  PROCESS_KILLER: {
    means: "der Prozess der Funktionen endete jedes Mal mit dieser Nachricht",
    cure: "Die Funktion ausbessern und wiederholen, oder die Nachricht ändern oder verwerfen.",
  },
};

/** Why an instance of co-located functions does not serve. */
const processes: Readonly<Record<string, FailureText>> = {
  PROCESS_NO_PROGRAM: {
    means: "das Programm aus `command` ist nicht da, oder dieser Benutzer darf es nicht ausführen",
    cure: "Es installieren oder seinen Pfad nennen; es wird von selbst wieder versucht.",
  },
  PROCESS_NO_FOLDER: { means: "`cwd` ist kein Ordner", cure: "Ihn anlegen, oder `cwd` berichtigen." },
  PROCESS_NOT_STARTED: {
    means: "die Maschine erlaubt keinen weiteren Prozess",
    cure: "Ihre Grenzen für Prozesse, Speicher und offene Dateien ansehen.",
  },
  PROCESS_ENDED_EARLY: {
    means: "der Prozess endete, bevor er eine Verbindung annahm",
    cure: "Seine letzten Zeilen lesen und das Programm ausbessern.",
  },
  PROCESS_NOT_LISTENING: {
    means: "der Prozess nahm in `startTimeout` keine Verbindung an und wurde beendet",
    cure: "Ihn dort lauschen lassen, wo es ihm gesagt wird, oder `startTimeout` erhöhen.",
  },
  PROCESS_STUCK: {
    means: "ein Aufruf überschritt seine Zeit, und der Prozess antwortete danach so lange niemandem mehr; er wurde beendet",
    cure: "Ausbessern, was er ohne Ende tut; er wird von selbst wieder gestartet.",
  },
  PROCESS_ENDED: { means: "der Prozess endete, während er diente; seine Aufrufe gehen noch einmal", cure: "Seine letzten Zeilen lesen." },
};

/** The codes of a check by the failures that they stand for. */
const checks: Readonly<Record<string, FailureText>> = {
  dns: failures.ENDPOINT_DNS,
  refused: failures.ENDPOINT_REFUSED,
  tls: failures.ENDPOINT_TLS,
  "connect-timeout": failures.ENDPOINT_CONNECT_TIMEOUT,
  forbidden: failures.ENDPOINT_FORBIDDEN,
  timeout: failures.CALL_TIMEOUT,
  status: {
    means: "dort antwortet etwas, lehnt aber ab",
    cure: "Prüfen, ob dort diese Typen bedient werden (Groß- und Kleinschreibung zählt) und ob die URL der Pfad ihres StateFun-Handlers ist.",
  },
  "not-statefun": { means: "was dort antwortet, ist kein StateFun-Handler", cure: "Port und Pfad prüfen." },
  "state-type-changed": {
    means: "ein Zustandswert hat dort einen anderen Typ als bisher",
    cure: "Dem neuen Wert einen anderen Namen geben, oder in der Funktion den alten Typ wiederherstellen. Bis dahin parken seine Entitäten bei der nächsten Nachricht und behalten alles.",
  },
};
const byCode: Readonly<Record<string, FailureText | undefined>> = { ...failures, ...processes, ...checks };

/** As a part of a sentence: small at its beginning, without a full stop. */
export function meansInGerman(code: string, told: string): string {
  return byCode[code]?.means ?? told;
}

export const de: FailureWords = {
  toDo: "Was zu tun ist",
  raw: "Rohe Antwort",
  means: meansInGerman,
  cure: (code, told) => byCode[code]?.cure ?? told,
  saidSo: (code, told) => (byCode[code] === undefined ? null : told),
};
