/**
 * Tail: the rows of one filter for one watcher, from what the collectors picked for its filter. What the filter asks beside names is looked
 * at here, in decoded values, at most looksPerFrameMax times and for looksMsPerFrameMax a frame. What did not fit in is counted, never
 * silently lost.
 * Neighbours: tail-sampler.ts picks beside the engine, sampled-rows.ts decodes once for all watchers.
 */
import type { TailRow } from "../contract/overview/flow.ts";
import type { TailFrame } from "../contract/overview/live.ts";
import type { Filter, ReadField } from "../shared/filter/compile-filter.ts";
import { namesOf } from "../shared/filter/filter-names.ts";
import { filterOf } from "../shared/filter/filter-of.ts";
import { digestMs } from "./digest-sender.ts";
import type { TailDigest, TailWatch } from "./flow-digest.ts";

const rowsPerFrameMax = 100;
const looksPerFrameMax = 1_000;
const looksMsPerFrameMax = 20;
/**
 * Applies for as long as more rows keep coming: nobody reads faster, and each row costs the gateway and the browser. A burst fills a whole
 * frame.
 */
const rowsPerSecondMax = 48;
const looksPerSecondMax = 4_000;

/** What the collectors have to pick for a filter; several of them share what a frame can take. */
export function tailWatch(text: string, collectors: number): TailWatch {
  const { names, whole } = namesOf(filterOf(text, "row"));
  // Which rows fit shows only here.
  const rowsAtOnceMax = whole ? rowsPerFrameMax : looksPerFrameMax;
  const rowsPerDigestMax = Math.ceil(((whole ? rowsPerSecondMax : looksPerSecondMax) * digestMs) / 1_000 / collectors);
  return { key: text, filter: names, rowsAtOnceMax, rowsPerDigestMax };
}

/** The rows of a digest, each with what a filter may ask of it. */
export interface PickedRows {
  readonly at: (place: number) => TailRow;
  readonly fieldsAt: (place: number, nowMs: number) => ReadField;
}

export class Tail {
  readonly key: string;
  readonly #filter: Filter;
  readonly #steadyMs: () => number;
  #rows: TailRow[] = [];
  #dropped = 0;
  #looks = 0;
  #looksMs = 0;
  #unclear = 0;

  /** The clock of what is spent on looking. */
  constructor(text: string, steadyMs: () => number) {
    this.key = text;
    this.#steadyMs = steadyMs;
    this.#filter = filterOf(text, "row");
  }

  add(picked: TailDigest, rows: PickedRows): void {
    this.#dropped += picked.dropped;
    const nowMs = Date.now();
    const beganMs = this.#steadyMs();
    for (const place of picked.rows) {
      const lookedMs = this.#looksMs + this.#steadyMs() - beganMs;
      if (this.#rows.length >= rowsPerFrameMax || this.#looks >= looksPerFrameMax || lookedMs > looksMsPerFrameMax) {
        this.#dropped += 1;
        continue;
      }
      this.#looks += 1;
      const look = this.#filter.look(rows.fieldsAt(place, nowMs));
      if (look.kind === "fits") this.#rows.push(rows.at(place));
      if (look.kind === "unclear") this.#unclear += 1;
    }
    this.#looksMs += this.#steadyMs() - beganMs;
  }

  /** Newest last. */
  take(): TailFrame {
    // Several collectors' rows arrive one after the other.
    const rows = this.#rows.sort((a, b) => a.atMs - b.atMs);
    const frame = { filter: this.key, rows, dropped: this.#dropped, unclear: this.#unclear };
    this.#rows = [];
    this.#dropped = 0;
    this.#unclear = 0;
    this.#looks = 0;
    this.#looksMs = 0;
    return frame;
  }
}
