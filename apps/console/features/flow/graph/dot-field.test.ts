import { describe, expect, it } from "vitest";
import type { FlowDot } from "../../../trpc/views.ts";
import { DOTS_MAX, DotField } from "./dot-field.ts";
import { routeEdges } from "./geometry.ts";

const edge = { id: "a→b", from: "a", to: "b" };
const curves = routeEdges(
  [edge],
  new Map([
    ["a", { x: 0, y: 0 }],
    ["b", { x: 500, y: 0 }],
  ]),
);

function dot(sequence: number, atMs = 0): FlowDot {
  return { edge: edge.id, sequence, trace: 1, atMs, failed: false };
}

function field(): DotField {
  const made = new DotField();
  made.setCurves(curves);
  return made;
}

describe("dots", () => {
  it("travel their edge once and are gone", () => {
    const dots = field();
    dots.add([dot(1)]);
    dots.step(300);
    expect([...dots.places()].length).toBe(1);
    dots.step(5_000);
    expect(dots.size).toBe(0);
  });
  it("set out in the rhythm of their messages", () => {
    const dots = field();
    dots.add([dot(1, 1_000), dot(2, 1_200)]);
    expect([...dots.places()].map((place) => place.dot.sequence)).toEqual([1]);
    dots.step(250);
    expect([...dots.places()].map((place) => place.dot.sequence)).toEqual([1, 2]);
  });
  it("stand still on a held edge and take no new ones there", () => {
    const dots = field();
    dots.add([dot(1)]);
    dots.step(200);
    const before = [...dots.places()][0]?.at;
    dots.hold(edge.id);
    dots.add([dot(2)]);
    dots.step(60_000);
    expect([...dots.places()].map((place) => [place.dot.sequence, place.at])).toEqual([[1, before]]);
    dots.hold(null);
    dots.step(60_000);
    expect(dots.size).toBe(0);
  });
  it("are found at their place, and only there", () => {
    const dots = field();
    dots.add([dot(7)]);
    dots.step(400);
    const at = [...dots.places()][0]?.at ?? { x: 0, y: 0 };
    expect(dots.nearest({ x: at.x + 3, y: at.y - 3 }, 8)?.sequence).toBe(7);
    expect(dots.nearest({ x: at.x + 30, y: at.y }, 8)).toBeUndefined();
  });
  it("never exceed their limit and ignore edges without a place", () => {
    const dots = field();
    dots.add(Array.from({ length: DOTS_MAX + 50 }, (_, index) => dot(index)));
    dots.add([{ ...dot(1), edge: "x→y" }]);
    expect(dots.size).toBe(DOTS_MAX);
  });
});
