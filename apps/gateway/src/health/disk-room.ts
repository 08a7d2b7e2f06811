/**
 * DiskRoom: how much room the disk of the data directory has, for health. Whoever asks gets what was seen last, and a look that is older than lookAgeMs
 * begins another one beside it: a disk that hangs keeps nobody waiting, and one look at most is under way.
 * Neighbour: surfaces/http/health.ts tells.
 */
import { statfs } from "node:fs/promises";

export interface DiskFigures {
  readonly place: string;
  readonly freeBytes: number;
  readonly totalBytes: number;
}

const lookAgeMs = 1_000;

export class DiskRoom {
  readonly #place: string;
  #seen: DiskFigures | null = null;
  #beganMs = Number.NEGATIVE_INFINITY;
  #look: Promise<void> | undefined;

  constructor(place: string) {
    this.#place = place;
    this.#begin(performance.now());
  }

  /** Null: not seen yet, or there is no telling. */
  figures(nowMs: number = performance.now()): DiskFigures | null {
    if (this.#look === undefined && nowMs - this.#beganMs >= lookAgeMs) this.#begin(nowMs);
    return this.#seen;
  }

  /** Once the look that is under way has ended. */
  async settled(): Promise<void> {
    await this.#look;
  }

  #begin(nowMs: number): void {
    this.#beganMs = nowMs;
    this.#look = statfs(this.#place)
      .then(
        // What only root may fill is no room of ours.
        ({ bsize, bavail, blocks }) => ({ place: this.#place, freeBytes: bavail * bsize, totalBytes: blocks * bsize }),
        () => null,
      )
      .then((seen) => {
        this.#seen = seen;
        this.#look = undefined;
      });
  }
}
