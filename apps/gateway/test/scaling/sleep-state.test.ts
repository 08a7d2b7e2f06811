/**
 * An endpoint falls asleep when it has no work, is woken once when work comes, and again only with backoff while nothing answers.
 */
import { expect, test } from "vitest";
import { nextSleepState, wakeBackoffMaxMs, type Seen, type SleepState } from "../../src/scaling/sleep-state.ts";

const idle: Seen = { hasWork: false, isUp: true, hasTraffic: false };
const busy: Seen = { hasWork: true, isUp: true, hasTraffic: true };
const down: Seen = { hasWork: true, isUp: false, hasTraffic: false };

/** The acts from 0 on, checked every `everyMs`. */
function acts(from: SleepState, untilMs: number, seenAt: (nowMs: number) => Seen, everyMs = 100) {
  const done: (readonly [atMs: number, act: string])[] = [];
  let state = from;
  for (let nowMs = 0; nowMs <= untilMs; nowMs += everyMs) {
    const step = nextSleepState(state, seenAt(nowMs), { nowMs, idleAfterMs: 1_000 });
    state = step.state;
    if (step.act !== "none") done.push([nowMs, step.act]);
  }
  return { done, state };
}

test("an endpoint sleeps once it had no work for the set time, and not before", () => {
  const { done } = acts({ kind: "awake", idleSinceMs: undefined }, 3_000, (nowMs) => (nowMs < 1_000 ? busy : idle));
  expect(done).toEqual([[2_000, "sleep"]]);
});

test("calls that end between two looks count as work", () => {
  const { done } = acts({ kind: "awake", idleSinceMs: undefined }, 5_000, () => ({ ...idle, hasTraffic: true }));
  expect(done).toEqual([]);
});

test("work wakes it once; without an answer it is woken again after a backoff that doubles", () => {
  const { done } = acts({ kind: "asleep", sinceMs: 0 }, 32_000, (nowMs) => (nowMs < 500 ? idle : down));
  expect(done).toEqual([
    [500, "wake"],
    [2_500, "wake"],
    [6_500, "wake"],
    [14_500, "wake"],
    [30_500, "wake"],
  ]);
});

test("once it answers it is awake, and the next sleep ends with one wake", () => {
  const { done, state } = acts({ kind: "asleep", sinceMs: 0 }, 5_000, (nowMs) => (nowMs < 1_000 ? down : nowMs < 1_500 ? busy : idle));
  expect(done).toEqual([
    [0, "wake"],
    [2_500, "sleep"],
  ]);
  expect(state.kind).toBe("asleep");
});

test("the backoff ends at its bound", () => {
  const { done } = acts({ kind: "asleep", sinceMs: 0 }, 600_000, () => down, 1_000);
  const gaps = done.slice(1).map(([atMs], index) => atMs - (done[index]?.[0] ?? 0));
  expect(Math.max(...gaps)).toBe(wakeBackoffMaxMs);
});

test("an endpoint that is up but goes down under work is woken, too", () => {
  expect(nextSleepState({ kind: "awake", idleSinceMs: undefined }, down, { nowMs: 5, idleAfterMs: 1_000 }).act).toBe("wake");
});
