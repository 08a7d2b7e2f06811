/**
 * DiskRoom: how much room the disk of the data directory has, for health. Neighbour: surfaces/http/health.ts shows it.
 */
import { statfs } from "node:fs/promises";
import { LatestLook } from "./latest-look.ts";

export interface DiskFigures {
  readonly place: string;
  readonly freeBytes: number;
  readonly totalBytes: number;
}

export class DiskRoom {
  readonly #look: LatestLook<DiskFigures | null>;

  constructor(place: string) {
    this.#look = new LatestLook(() =>
      statfs(place).then(
        // `bavail` does not count the blocks that only root may fill.
        ({ bsize, bavail, blocks }) => ({ place, freeBytes: bavail * bsize, totalBytes: blocks * bsize }),
        () => null,
      ),
    );
    // Begins the first look now, so that the first request for health finds figures.
    this.#look.seen();
  }

  /** Returns null when no look has ended yet, or the system does not say. */
  figures(nowMs?: number): DiskFigures | null {
    return this.#look.seen(nowMs) ?? null;
  }

  settled(): Promise<void> {
    return this.#look.settled();
  }
}
