/**
 * TimelineScale: how tall a rate is on the timeline: logarithmic from 1/s, so that one burst does not flatten an hour, with a top that is a
 * round number above the highest bar, so that the scale does not change with every bar. Pure.
 */
export interface TimelineScale {
  /** The messages a second at the top. */
  readonly top: number;
  /** A round number about half-way up. */
  readonly middle: number;
}

export function scaleFor(peakPerSecond: number): TimelineScale {
  const top = roundUp(Math.max(10, peakPerSecond));
  const half = Math.sqrt(1 + top) - 1;
  return { top, middle: roundNear(half) };
}

/** Returns a share from 0 to 1. */
export function tallness(perSecond: number, { top }: TimelineScale): number {
  return perSecond <= 0 ? 0 : Math.min(1, Math.log1p(perSecond) / Math.log1p(top));
}

function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10);
}

function roundNear(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const steps = [1, 2, 5, 10].map((step) => step * power);
  return steps.reduce((best, step) => (Math.abs(Math.log(step / value)) < Math.abs(Math.log(best / value)) ? step : best));
}
