/**
 * The watch over the gateway's thread: what counts as held up, what it reports, and how long it remembers.
 */
import { setTimeout } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { until } from "../../../e2e/stack/until.ts";
import { ThreadWatch, watchThread } from "../src/health/thread-watch.ts";

function stand() {
  const said: string[] = [];
  const now = { ms: 0, lateMs: 0, cpuMs: 0 };
  const watch = new ThreadWatch({ sample: () => now, nowMs: () => now.ms, warn: (message) => said.push(message) });
  const look = (lateMs: number, cpuMs: number): void => {
    Object.assign(now, { ms: now.ms + 1_000, lateMs, cpuMs });
    watch.look();
  };
  return { watch, said, now, look };
}

test("a loop that is late because other programs run is not held", () => {
  const { watch, said, look } = stand();
  look(900, 20);
  expect(watch.figures()).toEqual({ lateMs: 900, heldMs: 20 });
  expect([watch.heldTimes, said]).toEqual([0, []]);
});

test("a thread that is held says for how long and which work began last, once in ten seconds", () => {
  const { watch, said, look } = stand();
  look(120, 500);
  watch.began("PUT /v1/modules/large");
  for (let second = 0; second < 10; second++) look(130, 500);
  expect(watch.heldTimes).toBe(11);
  expect(said).toEqual([
    expect.stringContaining("held for 120 ms (nothing that was asked for"),
    expect.stringContaining("held for 130 ms (the last that began: PUT /v1/modules/large)"),
  ]);
});

test("work of a minute ago is forgotten", () => {
  const { watch, look } = stand();
  look(300, 300);
  for (let second = 0; second < 59; second++) look(1, 1);
  expect(watch.figures().heldMs).toBe(300);
  look(2, 2);
  look(2, 2);
  expect(watch.figures()).toEqual({ lateMs: 2, heldMs: 2 });
});

test("real work of this thread is seen", async () => {
  // The watch's timer is moved by the test; what it measures is real.
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  onTestFinished(() => void vi.useRealTimers());
  const said: string[] = [];
  const end = new AbortController();
  const { watch, begin } = watchThread((message) => said.push(message), end.signal);
  begin();
  watch.began("a loop");
  const hold = async (): Promise<boolean> => {
    const { user: before } = process.threadCpuUsage();
    while (process.threadCpuUsage().user - before < 100_000);
    // A timer of the system writes the delay down; it was due before this one.
    await setTimeout(1);
    vi.advanceTimersByTime(1_000);
    return watch.figures().heldMs > 50;
  };
  await until(hold, { what: "the watch to see it", timeoutMs: 30_000 });
  end.abort();
  expect(said[0]).toContain("the last that began: a loop");
});
