import fc from "fast-check";
import { expect, test } from "vitest";
import { momentOf, momentText, parseMoment, spans, stepped, type TimeCursor } from "./time-cursor.ts";
import { clockTimes, momentAt, placeOf, windowOf } from "./time-window.ts";

const nowMs = 1_764_324_000_000;

test("a window ends at now while the moment is in it, else the moment stands in its middle", () => {
  expect(windowOf({ span: "1 h", nowMs, atMs: nowMs - 3_000_000, reachMs: null }).toMs).toBe(nowMs);
  const past = windowOf({ span: "1 h", nowMs, atMs: nowMs - 20 * 3_600_000, reachMs: null });
  expect(placeOf(past, nowMs - 20 * 3_600_000)).toBeCloseTo(0.5, 2);
});

test("a window holds its moment, has whole steps and never more bars than can be seen", () => {
  fc.assert(
    fc.property(fc.constantFrom(...spans), fc.nat({ max: 86_400_000 }), fc.nat({ max: 86_400_000 }), (span, ago, reach) => {
      const window = windowOf({ span, nowMs, atMs: nowMs - ago, reachMs: nowMs - Math.max(ago, reach) });
      expect(window.fromMs % window.stepMs).toBe(0);
      expect((window.toMs - window.fromMs) / window.stepMs).toBeLessThanOrEqual(400);
      expect(placeOf(window, nowMs - ago)).toBeGreaterThanOrEqual(0);
      expect(placeOf(window, nowMs - ago)).toBeLessThanOrEqual(1);
      expect(momentAt(window, placeOf(window, nowMs - ago))).toBeCloseTo(nowMs - ago, 0);
      const times = clockTimes(window, 8);
      expect(times.length).toBeLessThanOrEqual(9);
      // No time is cut by an edge.
      for (const time of times) expect(Math.abs(placeOf(window, time) - 0.5)).toBeLessThanOrEqual(0.5 - 0.3 / 8 + 1e-9);
    }),
  );
});

test("a moment is a text in the URL, and every other text is refused", () => {
  expect(parseMoment(momentText(nowMs))).toBe(nowMs);
  for (const text of [null, "", "123456", "now-1h", "2026-13-45T99:99:99Z", "ada"]) expect(parseMoment(text)).toBeNull();
});

test("the cursor goes, plays, pauses and comes back to now by itself", () => {
  const live: TimeCursor = { kind: "live" };
  expect(stepped(live, { kind: "play", speed: 10 }, nowMs)).toEqual(live);
  const at = stepped(live, { kind: "go", atMs: nowMs - 60_000 }, nowMs);
  expect(at).toEqual({ kind: "at", atMs: nowMs - 60_000 });
  const playing = stepped(at, { kind: "play", speed: 10 }, nowMs);
  expect(momentOf(stepped(playing, { kind: "pass", elapsedMs: 1_000 }, nowMs))).toBe(nowMs - 50_000);
  expect(stepped(playing, { kind: "go", atMs: nowMs - 30_000 }, nowMs)).toMatchObject({ kind: "playing", atMs: nowMs - 30_000 });
  expect(stepped(playing, { kind: "pass", elapsedMs: 60_000 }, nowMs)).toEqual(live);
  expect(stepped(playing, { kind: "pause" }, nowMs)).toEqual(at);
  expect(stepped(at, { kind: "go", atMs: nowMs }, nowMs)).toEqual(live);
  expect(stepped(playing, { kind: "back" }, nowMs)).toEqual(live);
});
