/**
 * The texts of what failed and what to do. The gateway says both in English, so here they stay as they were told; another language words
 * them by their code. Neighbours: de.ts, use-failure-words.ts.
 */
export const en = {
  toDo: "What to do",
  raw: "Raw reply",
  means: (_code: string, told: string) => told,
  cure: (_code: string, told: string) => told,
  /** What the gateway said, where means() says it in other words. */
  saidSo: (_code: string, _told: string): string | null => null,
};

export type FailureWords = typeof en;
