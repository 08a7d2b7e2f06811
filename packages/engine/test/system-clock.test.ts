/** The machine's clock and generator behave as their ports say. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { systemClock } from "../src/adapters/system-clock.ts";
import { systemRandom } from "../src/adapters/system-random.ts";

beforeEach(() => void vi.useFakeTimers({ now: 1_000 }));
afterEach(() => void vi.useRealTimers());

test("an alarm rings once after its delay, and not when it was cancelled", () => {
  const rung: string[] = [];
  systemClock.schedule(50, () => rung.push(`kept at ${systemClock.nowMs()}`));
  systemClock.schedule(50, () => rung.push("cancelled"))();
  vi.advanceTimersByTime(49);
  expect(rung).toEqual([]);
  vi.advanceTimersByTime(1_000);
  expect(rung).toEqual(["kept at 1050"]);
});

test("a delay longer than the platform can wait rings at its longest wait, not at once", () => {
  let rung = 0;
  for (const delayMs of [2 ** 31, 1e15, Number.POSITIVE_INFINITY]) systemClock.schedule(delayMs, () => (rung += 1));
  vi.advanceTimersByTime(2 ** 31 - 2);
  expect(rung).toBe(0);
  vi.advanceTimersByTime(1);
  expect(rung).toBe(3);
});

test("a delay in the past, or one that is not a number, rings at the next turn", () => {
  let rung = 0;
  for (const delayMs of [0, -5, Number.NaN]) systemClock.schedule(delayMs, () => (rung += 1));
  expect(rung).toBe(0);
  vi.advanceTimersByTime(1);
  expect(rung).toBe(3);
});

test("draws lie from 0 up to but without 1", () => {
  for (let index = 0; index < 1_000; index += 1) {
    const draw = systemRandom.draw();
    expect(draw >= 0 && draw < 1).toBe(true);
  }
});
