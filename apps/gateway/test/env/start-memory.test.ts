/** A start that would run out of memory ends by itself, with its cause and a way out, and only such a one does. */
import { describe, expect, test } from "vitest";
import type { StartProblem } from "../../src/start-problem.ts";
import { watchStartMemory } from "../../src/start-memory.ts";
import { quietEngine } from "../support/quiet-engine.ts";

const limitBytes = 100 * 1024 * 1024;

function started() {
  const watch = { counting: true, usedBytes: 0, listener: undefined as (() => void) | undefined };
  const problems: StartProblem[] = [];
  const status = { ...quietEngine().status(), residentEntities: 7_000, waitingMessages: 8_000 };
  watchStartMemory({
    engine: { status: () => ({ ...status, countingMailboxes: watch.counting }) },
    giveUp: (problem) => problems.push(problem),
    collections: (listener) => {
      watch.listener = listener;
      return () => {
        watch.listener = undefined;
      };
    },
    heap: () => ({ usedBytes: watch.usedBytes, limitBytes }),
  });
  const collect = (usedShare: number): void => {
    watch.usedBytes = usedShare * limitBytes;
    watch.listener?.();
  };
  return { watch, problems, collect };
}

describe("a start whose heap stays full after its collections", () => {
  test("is given up with the numbers, the setting that cures it, and the exit code of a setting", () => {
    const { problems, collect, watch } = started();
    collect(0.95);
    expect(problems).toEqual([]);
    collect(0.96);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ exitCode: 78, where: "memory of the process (OUT_OF_MEMORY)" });
    expect(problems[0]?.what).toContain("96 of 100 MB");
    expect(problems[0]?.what).toContain("8000 waiting messages of 7000 entities");
    expect(problems[0]?.cure).toContain("--max-old-space-size=200");
    expect(watch.listener).toBeUndefined();
  });
});

describe("a start goes on", () => {
  test("when a collection in between made room", () => {
    const { problems, collect } = started();
    for (const share of [0.95, 0.5, 0.95, 0.8, 0.99, 0.2]) collect(share);
    expect(problems).toEqual([]);
  });

  test("unwatched once everything is counted", () => {
    const { problems, collect, watch } = started();
    watch.counting = false;
    collect(0.99);
    collect(0.99);
    expect(problems).toEqual([]);
    expect(watch.listener).toBeUndefined();
  });
});
