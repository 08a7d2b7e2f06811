/**
 * What the gateway says in sentences of its own: causes and cures of connectors, faults of filters, what a runtime cannot do. It says them
 * in English. Neighbours: de.ts, use-told-words.ts, ui/text/told.tsx.
 */
export const en = {
  /** The same in this language; undefined where it has no words for it, and the gateway's stay. */
  told: (_text: string): string | undefined => undefined,
};

export type ToldWords = typeof en;
