/** The texts of why something waits in German. Neighbour: en.ts lists them. */
import { counting } from "../counting.ts";
import { grouped } from "../../format/numbers.ts";
import { meansInGerman } from "../failure/de.ts";
import type { WaitingWords } from "./en.ts";

const counted = counting("de");

export const de: WaitingWords = {
  means: meansInGerman,
  nothing: "Nichts wartet.",
  resumed: "Fortgesetzt",
  triedAgain: "Erneut versucht",
  next: "Sie ist die nächste",
  behind: (ahead, atLeast) => `Hinter ${atLeast ? "mindestens " : ""}${counted(ahead, "Entität ihres Typs", "Entitäten ihres Typs")}`,
  turn: (before: string, endpoint: string, calls: { inFlight: number; limit: number }) =>
    `${before}: ${grouped(calls.inFlight)} von ${counted(calls.limit, "Aufruf", "Aufrufen")}, die ${endpoint} zugleich haben darf, laufen.`,
  attempt: (attempt: number, endpoint: string, what: { messages: number; since: string }) =>
    `Versuch ${attempt} läuft bei ${endpoint} mit ${counted(what.messages, "Nachricht", "Nachrichten")}, ${what.since}.`,
  loading: "Ihr Zustand oder ihre Nachrichten werden von der Platte gelesen.",
  onDisk: (messages, type) =>
    `Was für sie wartet, liegt auf der Platte, bis sie an der Reihe ist, wie ${counted(messages, "Nachricht", "Nachrichten")} von ${type}.`,
  notDurable: "Ihre Nachrichten sind noch nicht auf der Platte, und ihr Endpoint will nur, was dort ist.",
  diskBehind: (pending) =>
    `Die Platte nimmt weniger, als die Funktionen schreiben: ${pending} sind zu ihr unterwegs, und gesendet wird erst wieder, wenn eine Epoche dort ist.`,
  firstReply: (endpoint) => `Der erste Aufruf ihres Typs läuft bei ${endpoint}: Die Antwort sagt, welche Zustände die Funktion hat.`,
  noEndpoint: (type) => `Kein Endpoint bedient ${type}. Ihre Nachrichten werden bewahrt.`,
  draining: "Das Gateway hält an: Nach dem nächsten Start geht es weiter.",
  unclear: (why) => ` Ob ihre erste Nachricht zur Bedingung passt, lässt sich nicht sagen: ${why}.`,
  breakpoint: (by: string, since: string, end: { why: string; soon: string; at: string }) =>
    `Angehalten am Haltepunkt, den ${by} setzte, ${since}.${end.why} Es geht ${end.soon} von selbst weiter, um ${end.at}.`,
  heldBack: (by, messages, most) =>
    `Zurückgehalten, weil ${by} voll ist: ${counted(messages, "Nachricht dorthin wartet", "Nachrichten dorthin warten")} auf der Platte, deshalb ${most === 1 ? "darf" : "dürfen"} von diesem Typ zugleich ${counted(most, "Aufruf", "Aufrufe")} laufen, bis sie erledigt sind.`,
  failed: (attempt: number, because: string, next: { soon: string; at: string }) =>
    `Versuch ${attempt} schlug fehl${because}. Der nächste beginnt ${next.soon}, um ${next.at}.`,
  suspected: (endpoint, deaths, alone) =>
    `Sie war im Aufruf, als der Prozess bei ${endpoint} starb, ${counted(deaths, "Mal", "Mal")}: Sie wird versucht, ${alone ? "wenn sonst nichts im Aufruf ist" : "wenn keine andere solche im Aufruf ist"}.`,
  trial: (entity, endpoint) =>
    `${entity} lässt vielleicht den Prozess bei ${endpoint} sterben und wird allein versucht; alle anderen laufen nach diesem Aufruf weiter.`,
  paused: (age, end) => `Von einer Person pausiert, ${age}, ${end}`,
  pauseEnds: (end) => `${end}. Die Nachrichten bleiben der Reihe nach bewahrt.`,
  parked: (attempts, age, because) =>
    `Geparkt nach ${counted(attempts, "Versuch", "Versuchen")}, ${age}${because}. Sie wartet auf eine Person; ihre Nachrichten bleiben der Reihe nach bewahrt.`,
  limitRate: (limit, rate, which: { whose: string; soon: string }) =>
    `Die Grenze ${limit} lässt ${counted(rate.count, "Nachricht", "Nachrichten")} je ${rate.per === "hour" ? "Stunde" : "Sekunde"}${which.whose} beginnen: die nächste ${which.soon}.`,
  limitCalls: (limit: string, most: number, which: { whose: string; inFlight: number }) =>
    `Die Grenze ${limit} lässt ${counted(most, "Aufruf", "Aufrufe")}${which.whose} zugleich laufen, und ${which.inFlight === 1 ? "einer läuft" : `${grouped(which.inFlight)} laufen`}.`,
  whose: (key) => ` für ${key}`,
  theEndpoint: (functions) => `Der Endpoint ${functions}`,
  typePaused: (what: string, by: string, when: { since: string; end: string }) =>
    `${what} ist von ${by} pausiert, ${when.since}, ${when.end}`,
  untilResumed: "bis jemand fortsetzt",
  goesOn: (left) => `und läuft in ${left} von selbst weiter`,
  asleep: (endpoint, at) => `${endpoint} ist auf null skaliert; es wird seit ${at} geweckt, danach geht es weiter.`,
  ownAlone: ", allein durch eigene Aufrufe geöffnet",
  ownAnd: (others) => `, durch eigene Aufrufe geöffnet und die von ${others}`,
  byOthers: ", durch Aufrufe anderer geöffnet",
  byListed: (others) => `, durch Aufrufe von ${others} geöffnet`,
  probed: (soon) => `Geprüft wird ${soon}`,
  probingFirst: "Gerade wird mit dem ersten möglichen Aufruf geprüft",
  probingWith: (entity) => `Gerade wird mit dem Aufruf von ${entity} geprüft`,
  thisEntity: "dieser Entität",
  isDown: (endpoint) => `${endpoint} ist gestört`,
  isOpen: (endpoint) => `Der Breaker von ${endpoint} ist offen`,
  outage: (what, because, next) => `${what}${because}. ${next}; jede Antwort der Funktion lässt alle weiterlaufen.`,
  now: "jetzt",
  since: (at, age) => `seit ${at}, ${age}`,
  andMore: (named, more) => `${named} und ${grouped(more)} weiteren`,
  words: {
    turn: "in der Reihe",
    inFlight: "im Aufruf",
    loading: "wird geladen",
    onDisk: "auf der Platte",
    toDisk: "zur Platte",
    diskBehind: "Platte zu langsam",
    firstCall: "erster Aufruf",
    noEndpoint: "kein Endpoint",
    stopping: "hält an",
    breakpoint: "Haltepunkt",
    heldBack: "zurückgehalten",
    backingOff: "vor neuem Versuch",
    triedAlone: "allein versucht",
    trial: "wartet auf Prüfung",
    paused: "pausiert",
    parked: "geparkt",
    limit: "Grenze",
    asleep: "schläft",
    probing: "wird geprüft",
    down: "Endpoint gestört",
    open: "Breaker offen",
  },
  levers: {
    register: "Endpoint anmelden",
    release: "Weiter oder lösen",
    retry: "Jetzt wiederholen",
    resume: "Fortsetzen",
    limit: "Grenze ansehen",
    paused: "Pausiertes ansehen",
    endpoint: "Endpoint ansehen",
    open: (id) => `${id} öffnen`,
  },
};
