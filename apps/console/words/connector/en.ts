/** The texts of what an ingress or egress is doing. Neighbours: de.ts, use-connector-words.ts. */
export const en = {
  running: "running",
  needsALook: "running, needs a look",
  opening: "opening",
  waiting: "waiting",
  "held-back": "held back",
  refused: "refused",
  stopped: "stopped",
  triedAgain: "tried again",
};

export type ConnectorWords = typeof en;
