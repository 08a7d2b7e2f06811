/**
 * Which runs are sent of those that came due: in time, missed, too many, none. The cost stays small however long nobody looked.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dueRuns, type DueQuestion } from "../../../src/connectors/schedule/due-runs.ts";
import { jitterOf, runTimes } from "../../../src/connectors/schedule/run-times.ts";
import type { Misfire } from "../../../src/connectors/schedule/schedule-spec.ts";

const everyMs = 1000;
const startMs = 1_700_000_000_000;

function question(change: Partial<DueQuestion> = {}): DueQuestion {
  return {
    times: runTimes({ kind: "every", everyMs }),
    lastMs: startMs,
    nowMs: startMs + 3000,
    jitter: () => 0,
    jitterMs: 0,
    lateMs: 10_000,
    misfire: { kind: "one" },
    runsMax: 1000,
    pause: async () => undefined,
    ...change,
  };
}

const sentBy = async (change: Partial<DueQuestion>): Promise<readonly number[]> =>
  (await dueRuns(question(change))).send.map(({ dueMs }) => (dueMs - startMs) / 1000);

describe("runs that are due", () => {
  test("are all sent in order while they are in time", async () => {
    expect(await dueRuns(question())).toEqual({
      send: [1, 2, 3].map((second) => ({ dueMs: startMs + second * 1000, isMissed: false })),
      lastMs: startMs + 3000,
      leftOutFromMs: undefined,
    });
    expect(await dueRuns(question({ nowMs: startMs + 999 }))).toEqual({ send: [], lastMs: undefined, leftOutFromMs: undefined });
  });

  test.each<[string, Misfire, number[]]>([
    ["one", { kind: "one" }, [10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]],
    ["all", { kind: "all", max: 4 }, [7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]],
    ["skip", { kind: "skip" }, [11, 12, 13, 14, 15, 16, 17, 18, 19, 20]],
  ])("and were missed are sent by the policy %s, and the left-out runs are reported", async (_name, misfire, sent) => {
    expect(await sentBy({ nowMs: startMs + 20_000, misfire })).toEqual(sent);
    expect(await dueRuns(question({ nowMs: startMs + 20_000, misfire }))).toMatchObject({
      lastMs: startMs + 20_000,
      leftOutFromMs: startMs + 1000,
    });
  });

  test("and were missed but fit are all sent, and none is left out", async () => {
    const found = await dueRuns(question({ nowMs: startMs + 12_000, misfire: { kind: "all", max: 4 } }));
    expect([found.send.length, found.leftOutFromMs, found.send.filter(({ isMissed }) => isMissed).length]).toEqual([12, undefined, 2]);
  });

  test("and were missed alone move the position on, also when none is sent", async () => {
    const when = runTimes({ kind: "at", atMs: [startMs + 5000] });
    expect(await dueRuns(question({ times: when, nowMs: startMs + 60_000, misfire: { kind: "skip" } }))).toEqual({
      send: [],
      lastMs: startMs + 5000,
      leftOutFromMs: startMs + 5000,
    });
    expect(await sentBy({ times: when, nowMs: startMs + 60_000 })).toEqual([5]);
  });

  test("after years of every second are found with few looks", async () => {
    let looks = 0;
    const { next } = runTimes({ kind: "every", everyMs });
    const counted = {
      next: (ms: number) => {
        looks++;
        return next(ms);
      },
    };
    const nowMs = startMs + 3 * 365 * 86_400_000;
    const found = await dueRuns(question({ times: counted, nowMs, misfire: { kind: "all", max: 100 } }));
    expect(found.send).toHaveLength(110);
    expect(looks).toBeLessThan(1000);
  });

  test("are bounded in number at once, and the rest comes next", async () => {
    const first = await dueRuns(question({ nowMs: startMs + 9000, runsMax: 4 }));
    const rest = await dueRuns(question({ nowMs: startMs + 9000, lastMs: first.lastMs ?? 0 }));
    expect([first.send.length, rest.send.length]).toEqual([4, 5]);
  });

  test("are each sent once, however often one looks and however they are moved", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 30 }), async (steps) => {
        const jitterMs = 700;
        const jitter = (dueMs: number): number => jitterOf("shop/tick", dueMs, jitterMs);
        let lastMs = startMs;
        let nowMs = startMs;
        const sent: number[] = [];
        for (const step of steps) {
          nowMs += step;
          const found = await dueRuns(question({ lastMs, nowMs, jitter, jitterMs }));
          sent.push(...found.send.map(({ dueMs }) => dueMs));
          for (const { dueMs } of found.send) expect(dueMs + jitter(dueMs)).toBeLessThanOrEqual(nowMs);
          lastMs = found.lastMs ?? lastMs;
        }
        expect(sent).toEqual(sent.map((_, index) => startMs + (index + 1) * everyMs));
        expect(nowMs - (sent.at(-1) ?? startMs)).toBeLessThan(everyMs + jitterMs);
      }),
      { numRuns: 50 },
    );
  });
});

test("a run is always moved by the same amount, others by others, and never by a whole period", () => {
  const moved = Array.from({ length: 200 }, (_, index) => jitterOf("shop/tick", startMs + index * 1000, 500));
  expect(moved).toEqual(Array.from({ length: 200 }, (_, index) => jitterOf("shop/tick", startMs + index * 1000, 500)));
  expect(new Set(moved).size).toBeGreaterThan(100);
  expect([Math.min(...moved) >= 0, Math.max(...moved) < 500, jitterOf("shop/tick", startMs, 0)]).toEqual([true, true, 0]);
});
