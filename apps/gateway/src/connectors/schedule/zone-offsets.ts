/**
 * ZoneOffsets: the offsets of a time zone from UTC, as spans of time between two changes. They come from Intl, so the zones are those of
 * Node. Neighbour: cron-times.ts, which maps wall-clock times to moments with them.
 */
export interface OffsetSpan {
  /** The first millisecond. */
  readonly fromMs: number;
  /** The first millisecond after it. */
  readonly toMs: number;
  readonly offsetMs: number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const blockMs = 32 * dayMs;
/** A day can be skipped or come twice (when the date line moves), so a span that begins shortly before a block matters in it. */
const marginMs = 2 * dayMs;
/** No zone ever changed twice within this time. */
const stepMs = 12 * hourMs;
/** How many blocks are kept: about forty years, with 200 bytes each. */
const blocksKeptMax = 512;
const zonesKeptMax = 100;
const zones = new Map<string, ZoneOffsets>();

/**
 * One shared object per zone, because its offsets take long to compute and a thousand schedules mostly have the same zone. Throws
 * RangeError for an unknown zone.
 */
export function zoneOffsets(timeZone: string): ZoneOffsets {
  const known = zones.get(timeZone);
  if (known !== undefined) return known;
  if (zones.size >= zonesKeptMax) zones.clear();
  const made = new ZoneOffsets(timeZone);
  zones.set(timeZone, made);
  return made;
}

export class ZoneOffsets {
  readonly #format: Intl.DateTimeFormat;
  readonly #blocks = new Map<number, readonly OffsetSpan[]>();

  /** Throws RangeError for an unknown zone. */
  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  }

  offsetAt(ms: number): number {
    const wholeMs = Math.floor(ms / 1000) * 1000;
    const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of this.#format.formatToParts(wholeMs)) parts[type] = Number(value);
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - wholeMs;
  }

  /** The spans in order and without gaps, at least from two days before the moment to two days after it. */
  spansAround(ms: number): readonly OffsetSpan[] {
    const block = Math.floor(ms / blockMs);
    const known = this.#blocks.get(block);
    if (known !== undefined) return known;
    if (this.#blocks.size >= blocksKeptMax) this.#blocks.clear();
    const spans = this.#spans(block * blockMs - marginMs, (block + 1) * blockMs + marginMs);
    this.#blocks.set(block, spans);
    return spans;
  }

  #spans(fromMs: number, toMs: number): OffsetSpan[] {
    const spans: OffsetSpan[] = [];
    let beganMs = fromMs;
    let offsetMs = this.offsetAt(fromMs);
    for (let ms = fromMs; ms < toMs; ms += stepMs) {
      const nextMs = Math.min(ms + stepMs, toMs);
      const next = this.offsetAt(nextMs);
      if (next === offsetMs) continue;
      const changeMs = this.#change(ms, nextMs);
      spans.push({ fromMs: beganMs, toMs: changeMs, offsetMs });
      beganMs = changeMs;
      offsetMs = next;
    }
    spans.push({ fromMs: beganMs, toMs, offsetMs });
    return spans;
  }

  /** The first second with the offset of `lateMs`; both are whole seconds. */
  #change(earlyMs: number, lateMs: number): number {
    const after = this.offsetAt(lateMs);
    let [low, high] = [earlyMs / 1000, lateMs / 1000];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.offsetAt(middle * 1000) === after) high = middle;
      else low = middle;
    }
    return high * 1000;
  }
}
