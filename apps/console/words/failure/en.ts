/** The texts of what failed and what to do. Neighbours: de.ts, use-failure-words.ts. */
export const en = {
  toDo: "What to do",
  raw: "Raw reply",
};

export type FailureWords = typeof en;
