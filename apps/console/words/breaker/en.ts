/** The texts of whether an endpoint is called. Neighbours: de.ts, use-breaker-words.ts. */
export const en = {
  noEndpoint: "no endpoint",
  builtIn: "built in",
  builtInTitle: "The gateway itself is this function; no endpoint serves it",
  asleep: "asleep",
  waking: "waking",
  notWoken: "not woken",
  answering: "answering",
  probing: "probing",
  open: "breaker open",
  starting: "starting",
  notRunning: "not running",
  restarting: "restarting",
  running: (running: number, wanted: number) => `${running} of ${wanted} running`,
  paused: "paused",
  until: (moment: string) => `until ${moment}`,
  untilResumed: "until somebody resumes it",
};

export type BreakerWords = typeof en;
