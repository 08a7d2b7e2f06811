/**
 * Tail: the rows of one filter for one watcher, from what the collectors picked for its filter. Text is looked for here, in decoded values, and only
 * looksPerFrameMax times a frame. What did not fit is counted, never silently lost.
 * Neighbours: tail-sampler.ts picks beside the engine, sampled-rows.ts decodes once for all watchers.
 */
import { everyRow, looksForText, matchesRow, parseFilter } from "../shared/row-filter.ts";
import type { RowFilter } from "../shared/filter-tree.ts";
import type { TailRow } from "../contract/flow.ts";
import type { TailFrame } from "../contract/live.ts";
import { digestMs } from "./digest-sender.ts";
import type { TailDigest, TailWatch } from "./flow-digest.ts";

const rowsPerFrameMax = 100;
const looksPerFrameMax = 1_000;
/** For as long as more keep coming: nobody reads faster, and each row costs the gateway and the browser. A burst shows a whole frame. */
const rowsPerSecondMax = 48;
const looksPerSecondMax = 4_000;

/** What the collectors are to pick for a filter; several of them share what a frame can take. */
export function tailWatch(text: string, collectors: number): TailWatch {
  const filter = filterOf(text);
  // Which rows hold the text shows only here.
  const looks = looksForText(filter);
  const rowsAtOnceMax = looks ? looksPerFrameMax : rowsPerFrameMax;
  const rowsPerDigestMax = Math.ceil(((looks ? looksPerSecondMax : rowsPerSecondMax) * digestMs) / 1_000 / collectors);
  return { key: text, filter, rowsAtOnceMax, rowsPerDigestMax };
}

/** The door has refused what is no filter. */
function filterOf(text: string): RowFilter {
  const parsed = parseFilter(text);
  return parsed.kind === "ok" ? parsed.filter : everyRow;
}

export class Tail {
  readonly key: string;
  readonly #filter: RowFilter;
  #rows: TailRow[] = [];
  #dropped = 0;
  #looks = 0;

  constructor(text: string) {
    this.key = text;
    this.#filter = filterOf(text);
  }

  add(picked: TailDigest, rowAt: (place: number) => TailRow): void {
    this.#dropped += picked.dropped;
    for (const place of picked.rows) {
      if (this.#rows.length >= rowsPerFrameMax || this.#looks >= looksPerFrameMax) {
        this.#dropped += 1;
        continue;
      }
      this.#looks += 1;
      const row = rowAt(place);
      if (matchesRow(this.#filter, row)) this.#rows.push(row);
    }
  }

  /** Newest last. */
  take(): TailFrame {
    // Several collectors' rows arrive one after the other.
    const rows = this.#rows.sort((a, b) => a.atMs - b.atMs);
    const frame = { filter: this.key, rows, dropped: this.#dropped };
    this.#rows = [];
    this.#dropped = 0;
    this.#looks = 0;
    return frame;
  }
}
