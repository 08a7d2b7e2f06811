/**
 * FramesOfPage: how many frames a second a page draws while something happens to it, and how long the longest gap between two was, measured
 * by the page's own requestAnimationFrame. A busy machine draws fewer, so its load belongs beside the figure (bench/main-thread-tasks.ts
 * measures what the page itself needs).
 */
import type { Page } from "@playwright/test";

export interface Frames {
  readonly framesPerSecond: number;
  readonly longestGapMs: number;
  /** Gaps of more than 100 ms, which a person sees. */
  readonly gapsSeen: number;
}

const seenGapMs = 100;
const MS_PER_SECOND = 1_000;

export async function framesOf(page: Page, work: () => Promise<void>): Promise<Frames> {
  await page.evaluate(() => {
    const times: number[] = [];
    const counting = { times, on: true };
    Object.assign(window, { benchFrames: counting });
    const note = (at: number): void => {
      times.push(at);
      if (counting.on) requestAnimationFrame(note);
    };
    requestAnimationFrame(note);
  });
  await work();
  const times = await page.evaluate(() => {
    const { benchFrames } = window as unknown as { benchFrames: { times: number[]; on: boolean } };
    benchFrames.on = false;
    return benchFrames.times;
  });
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
  const lastedMs = (times.at(-1) ?? 0) - (times[0] ?? 0);
  return {
    framesPerSecond: lastedMs === 0 ? 0 : Math.round((gaps.length * MS_PER_SECOND) / lastedMs),
    longestGapMs: Math.round(gaps.reduce((most, gap) => Math.max(most, gap), 0)),
    gapsSeen: gaps.filter((gap) => gap > seenGapMs).length,
  };
}
