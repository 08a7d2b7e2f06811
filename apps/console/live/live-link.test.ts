/**
 * A tab leaves a shared worker that does not answer for another one, and in the end works without.
 */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openLink } from "./live-link.ts";
import type { TabSays } from "./live-message.ts";
import { noNeeds } from "./live-needs.ts";

/** A fake worker that keeps what it was sent; it answers for as long as it lives. */
class FakeWorker {
  static made: FakeWorker[] = [];
  static lives = (_number: number): boolean => true;
  readonly told: unknown[] = [];
  readonly port = {
    addEventListener: (_kind: string, listener: (event: { data: unknown }) => void) => (this.listener = listener),
    start: () => undefined,
    close: () => (this.closed = true),
    postMessage: (message: unknown) => {
      this.told.push(message);
      if (FakeWorker.lives(FakeWorker.made.indexOf(this))) queueMicrotask(() => this.listener({ data: "ready" }));
    },
  };
  closed = false;
  listener: (event: { data: unknown }) => void = () => undefined;

  constructor() {
    FakeWorker.made.push(this);
  }

  addEventListener(): void {}
}

const needs: TabSays = { needs: noNeeds };
const opened: string[] = [];
const heard: unknown[] = [];
const open = () => openLink({ url: "/trpc", hear: (message) => heard.push(message), current: () => needs });

describe("a tab with a shared worker", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    FakeWorker.made = [];
    opened.length = heard.length = 0;
    vi.stubGlobal("SharedWorker", FakeWorker);
    vi.stubGlobal("fetch", async (url: string) => {
      opened.push(url);
      return new Promise(() => undefined);
    });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  test("stays with a worker that answers, and gets its messages", async () => {
    const link = open();
    link.say(needs);
    await vi.advanceTimersByTimeAsync(60_000);
    FakeWorker.made[0]?.listener({ data: { kind: "lost", refusal: null } });
    expect([FakeWorker.made.length, heard]).toEqual([1, [{ kind: "lost", refusal: null }]]);
    link.close();
  });

  test("joins another when the ready one is gone, and tells it what it shows", async () => {
    let answers = 1;
    FakeWorker.lives = (number) => number > 0 || answers-- > 0;
    const link = open();
    await vi.advanceTimersByTimeAsync(1_000);
    link.say(needs);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(FakeWorker.made.map(({ told, closed }) => [told, closed])).toEqual([
      [[{ url: "/trpc" }, needs], true],
      [[{ url: "/trpc" }, needs], false],
    ]);
    expect(opened).toEqual([]);
    link.close();
  });

  test("works without one when none answers", async () => {
    FakeWorker.lives = () => false;
    const link = open();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(FakeWorker.made.map(({ closed }) => closed)).toEqual([true, true]);
    // The code that it needs then is fetched first.
    await vi.waitFor(() => expect(opened.join(" ")).toContain("/trpc/live.stream"), { timeout: 30_000 });
    link.close();
  });
});
