/**
 * Tail: the rows of one watcher, from what the collectors picked for its filter. Text is looked for here, in decoded values, and only
 * looksPerFrameMax times a frame. What did not fit is counted, never silently lost.
 * Neighbours: tail-sampler.ts picks beside the engine, sampled-rows.ts decodes once for all watchers.
 */
import type { TailFilter, TailFrame, TailRow } from "../trpc/views.ts";
import { digestMs } from "./digest-sender.ts";
import type { TailDigest, TailWatch } from "./flow-digest.ts";

const rowsPerFrameMax = 100;
const looksPerFrameMax = 1_000;
/** For as long as more keep coming: nobody reads faster, and each row costs the gateway and the browser. A burst shows a whole frame. */
const rowsPerSecondMax = 160;
const looksPerSecondMax = 4_000;

/** What the collectors are to pick for a filter; several of them share what a frame can take. */
export function tailWatch(filter: TailFilter, collectors: number): TailWatch {
  const { type = "", id = "", valueType = "", status = "" } = filter;
  // Which rows hold the text shows only here.
  const looks = textOf(filter) !== "";
  const rowsAtOnceMax = looks ? looksPerFrameMax : rowsPerFrameMax;
  const rowsPerDigestMax = Math.ceil(((looks ? looksPerSecondMax : rowsPerSecondMax) * digestMs) / 1_000 / collectors);
  const key = JSON.stringify([type, id, valueType, status, rowsAtOnceMax]);
  return { key, type, id, valueType, status, rowsAtOnceMax, rowsPerDigestMax };
}

export class Tail {
  readonly key: string;
  readonly #text: string;
  #rows: TailRow[] = [];
  #dropped = 0;
  #looks = 0;

  constructor(filter: TailFilter) {
    this.key = tailWatch(filter, 1).key;
    this.#text = textOf(filter);
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
      if (this.#text === "" || contains(row, this.#text)) this.#rows.push(row);
    }
  }

  /** Newest last. */
  take(): TailFrame {
    // Several collectors' rows arrive one after the other.
    const rows = this.#rows.sort((a, b) => a.atMs - b.atMs);
    const frame = { rows, dropped: this.#dropped };
    this.#rows = [];
    this.#dropped = 0;
    this.#looks = 0;
    return frame;
  }
}

function textOf(filter: TailFilter): string {
  return (filter.text ?? "").toLowerCase();
}

function contains(row: TailRow, text: string): boolean {
  return [row.preview, row.address.type, row.address.id, row.valueType, row.word].some((part) => part.toLowerCase().includes(text));
}
