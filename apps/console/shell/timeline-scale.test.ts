import { describe, expect, it } from "vitest";
import { scaleFor, tallness } from "./timeline-scale.ts";

describe("the timeline's scale", () => {
  it("keeps ordinary traffic visible beside one burst of a thousand times as much", () => {
    const scale = scaleFor(50_000);
    expect(tallness(50, scale)).toBeGreaterThan(0.3);
    expect(tallness(50_000, scale)).toBeLessThanOrEqual(1);
  });
  it("stays while the peak moves a little, and has round numbers", () => {
    expect([1_010, 1_400, 1_990].map(scaleFor)).toEqual([scaleFor(2_000), scaleFor(2_000), scaleFor(2_000)]);
    expect(scaleFor(2_000)).toEqual({ top: 2_000, middle: 50 });
    expect(scaleFor(0)).toEqual({ top: 10, middle: 2 });
  });
  it("is higher for more, and nothing for nothing", () => {
    const scale = scaleFor(900);
    const heights = [0, 0.5, 1, 10, 100, 900].map((rate) => tallness(rate, scale));
    expect(heights[0]).toBe(0);
    expect(heights).toEqual(heights.toSorted((left, right) => left - right));
  });
});
