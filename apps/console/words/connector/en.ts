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
  /** What a connector counts, by the name it has in the API. */
  counts: {
    "in-time": "runs in time",
    missed: "runs sent late",
    "by-hand": "runs by hand",
    "left-out": "times runs were left out",
    "clock-behind": "times the clock was behind",
    "offset-gone": "times a position was gone",
    "iterator-expired": "iterators expired",
    taken: "deliveries taken",
    repeated: "deliveries repeated",
    "wrong-signature": "wrong signatures",
    "not-routable": "deliveries for no entity",
    "too-large": "deliveries too large",
    "invalid-value": "values that do not fit",
    refused: "deliveries refused",
  } as Readonly<Record<string, string>>,
};

export type ConnectorWords = typeof en;
