/** The texts of whether an endpoint is called in German. Neighbour: en.ts lists them. */
import type { BreakerWords } from "./en.ts";

export const de: BreakerWords = {
  noEndpoint: "kein Endpoint",
  builtIn: "eingebaut",
  builtInTitle: "Das Gateway selbst ist diese Funktion; kein Endpoint bedient sie",
  asleep: "schläft",
  waking: "wird geweckt",
  notWoken: "nicht geweckt",
  answering: "antwortet",
  probing: "wird geprüft",
  open: "Breaker offen",
  starting: "startet",
  notRunning: "läuft nicht",
  restarting: "startet neu",
  running: (running, wanted) => `${running} von ${wanted} laufen`,
  paused: "pausiert",
  until: (moment) => `bis ${moment}`,
  untilResumed: "bis jemand fortsetzt",
};
