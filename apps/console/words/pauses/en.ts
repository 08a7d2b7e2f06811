/** The texts of pauses of function types and endpoints. Neighbours: de.ts, use-pauses-words.ts. */
import { counted } from "../../format/numbers.ts";

export const en = {
  label: "Paused",
  paused: "paused",
  endpoint: (functions: string) => `endpoint ${functions}`,
  drained: (waiting: number) => `drained, ${counted(waiting, "message waits", "messages wait")}`,
  draining: (inFlight: number, waiting: number) =>
    `${counted(inFlight, "call is", "calls are")} still in flight, ${counted(waiting, "message waits", "messages wait")}`,
  untilResumed: "until somebody resumes it",
  resumesIn: (left: string) => `resumes by itself in ${left}`,
  by: (name: string) => `by ${name},`,
  resume: "Resume",
  resumeOne: (name: string) => `Resume ${name}`,
  pause: "Pause…",
  title: (name: string) => `Pause ${name}`,
  pauseIt: "Pause it",
  about:
    "What is in flight ends, nothing new begins. Messages are taken and wait in order, timers count on, and all of it goes on when it is resumed; a restart does not resume it.",
  changeEnd: "Change its end…",
  pauseFor: "Pause for…",
  aboutEntity:
    "What is in flight ends, nothing new begins. Its messages are taken and wait in order until it goes on; a restart does not resume it.",
  aboutOthers: () => " What another endpoint serves by its exact name goes on.",
  howLong: "For how long",
  lengths: {
    "600": "10 min",
    "3600": "1 hour",
    "28800": "8 hours",
    none: "until resumed",
  },
};

export type PausesWords = typeof en;
