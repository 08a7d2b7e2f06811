import { expect, it } from "vitest";
import { shift } from "./use-reveal.ts";

it("leaves a visible box alone, moves one that sticks out by that much, and one that is too large to its beginning", () => {
  expect(shift({ from: 100, size: 50, room: 400 })).toBe(0);
  expect(shift({ from: 380, size: 50, room: 400 })).toBe(-54);
  expect(shift({ from: -60, size: 50, room: 400 })).toBe(84);
  expect(shift({ from: 300, size: 900, room: 400 })).toBe(-276);
  expect(shift({ from: 24, size: 900, room: 400 })).toBe(0);
});
