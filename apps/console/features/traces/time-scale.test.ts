import { describe, expect, it } from "vitest";
import { timeScale } from "./time-scale.ts";

const busy = [
  { fromMs: 0, toMs: 6 },
  { fromMs: 30_006, toMs: 30_014 },
];

describe("the scale of a trace", () => {
  it("shortens a long wait to a small width and keeps the calls visible", () => {
    const { share, cuts } = timeScale(busy, { fromMs: 0, toMs: 30_014 }, { shorten: true });
    expect(cuts.map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([[7, 30_005]]);
    expect(share(6)).toBeGreaterThan(0.3);
    expect(share(30_014) - share(30_006)).toBeGreaterThan(0.4);
    expect((cuts[0]?.to ?? 0) - (cuts[0]?.from ?? 0)).toBeCloseTo(0.07);
  });
  it("keeps distances true where nothing is cut, and everywhere on the true scale", () => {
    const short = timeScale(busy, { fromMs: 0, toMs: 30_014 }, { shorten: true });
    expect(short.share(6) - short.share(3)).toBeCloseTo(short.share(3) - short.share(0));
    const whole = timeScale(busy, { fromMs: 0, toMs: 30_014 }, { shorten: false });
    expect(whole.cuts).toEqual([]);
    expect(whole.share(15_007)).toBeCloseTo(0.5);
  });
  it("never reverses the order of moments, and stays within the axis", () => {
    const { share } = timeScale(busy, { fromMs: 0, toMs: 30_014 }, { shorten: true });
    const shares = [-5, 0, 3, 6, 7, 500, 20_000, 30_005, 30_006, 30_014, 40_000].map(share);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(Math.min(...shares)).toBe(0);
    expect(Math.max(...shares)).toBe(1);
  });
  it("cuts nothing without a long wait, and copes with a trace of one moment", () => {
    expect(timeScale([{ fromMs: 0, toMs: 10 }], { fromMs: 0, toMs: 12 }, { shorten: true }).cuts).toEqual([]);
    const moment = timeScale([{ fromMs: 5, toMs: 5 }], { fromMs: 5, toMs: 5 }, { shorten: true });
    expect(moment.share(5)).toBe(0);
    expect(moment.ticks[0]).toEqual({ share: 0, ms: 0, first: true });
  });
  it("labels the part after a cut, and no two labels at one place", () => {
    const { ticks, cuts } = timeScale(busy, { fromMs: 0, toMs: 30_014 }, { shorten: true });
    expect(ticks.map(({ ms }) => ms)).toContain(cuts[0]?.toMs);
    for (const [index, tick] of ticks.entries()) expect(tick.share - (ticks[index - 1]?.share ?? -1)).toBeGreaterThanOrEqual(0.12);
    const firsts = ticks.filter(({ first }) => first);
    expect(firsts.map(({ ms }) => ms)).toEqual([0, cuts[0]?.toMs]);
  });
});
