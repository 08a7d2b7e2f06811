/** PauseEnd: when the pause of an entity ends by itself, and who set it. The engine only carries it in savepoints; who resumes is the gateway. */
import type { Address } from "./address.ts";

export interface PauseEnd {
  readonly address: Address;
  readonly by: string;
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** How many entities may be paused with an end. */
export const pauseEndsMax = 100;

/** What a savepoint that is being restored says of the ends of its pauses. */
export interface RestoredPauseEnds {
  /** At most pauseEndsMax, the first by type and id; undefined when the file is of a format without ends. */
  readonly ends: readonly PauseEnd[] | undefined;
  /** The number of the era that the restore begins. */
  readonly era: number;
}
