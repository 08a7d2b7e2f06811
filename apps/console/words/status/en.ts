/** How an entity stands, in a word; the pages share it. Neighbours: de.ts, use-status-words.ts. */
export const en = {
  idle: "idle",
  loading: "loading",
  waiting: "waiting",
  ready: "ready",
  "in-flight": "in flight",
  "backing-off": "backing off",
  paused: "paused",
  parked: "parked",
  held: "held",
};

export type StatusWords = typeof en;
