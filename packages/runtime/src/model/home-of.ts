/**
 * HomeOf: which of several partitions owns a name. An entity lives in the home of its id, so that all types of one id share a partition; an
 * egress and a producer live in the home of their names. Neighbours: era.ts, the engine's partition-place.ts. The hash is part of the store's
 * format: with another one, entities would be looked for where they are not.
 */
import { hashOfText } from "./hash-of-text.ts";

export function homeOf(name: string, count: number): number {
  return count === 1 ? 0 : hashOfText(name) % count;
}
