/** LiveNeeds as sets: the union of what several tabs (or several parts of a tab) show, and whether one covers another. Pure. */
import type { LiveNeeds } from "../trpc/views.ts";

export const noNeeds: LiveNeeds = { flow: false, tails: [], entities: [] };

/** Sorted, so that the same needs give the same text. */
export function unionOf(all: readonly LiveNeeds[]): LiveNeeds {
  const entities = new Map(all.flatMap((needs) => needs.entities).map((entity) => [JSON.stringify([entity.type, entity.id]), entity]));
  return {
    flow: all.some((needs) => needs.flow),
    tails: [...new Set(all.flatMap((needs) => needs.tails))].sort(),
    entities: [...entities].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, { type, id }]) => ({ type, id })),
  };
}

export function covers(open: LiveNeeds, wanted: LiveNeeds): boolean {
  return JSON.stringify(unionOf([open, wanted])) === JSON.stringify(unionOf([open]));
}
