/**
 * When stepping through the past every press counts, and where a person went meanwhile counts more than a late answer.
 */
import { expect, it } from "vitest";
import { MessageSteps, type AskMessage } from "./message-steps.ts";
import { TimeStore } from "./time-store.ts";

const moments = [1_000, 2_000, 2_500, 4_000];

function begin(atMs: number) {
  const store = new TimeStore();
  store.act({ kind: "go", atMs });
  const gates: (() => void)[] = [];
  /** Answers when the test says so. */
  const ask: AskMessage = async ({ fromMs, toMs, order }) => {
    await new Promise<void>((resolve) => gates.push(resolve));
    const within = moments.filter((moment) => moment >= fromMs && moment <= toMs);
    return (order === "oldest" ? within[0] : within.at(-1)) ?? null;
  };
  const answer = async (): Promise<void> => {
    while (gates.length === 0) await Promise.resolve();
    gates.shift()?.();
  };
  return { store, steps: new MessageSteps(store), ask, answer };
}

it("each of three presses counts, although the journal has not answered the first when the last comes", async () => {
  const { store, steps, ask, answer } = begin(500);
  const pressed = [steps.step(1, ask), steps.step(1, ask), steps.step(1, ask)];
  for (const _ of pressed) await answer();
  expect(await Promise.all(pressed)).toEqual([true, true, true]);
  expect(store.snapshot().settledMs).toBe(2_500);
});

it("a step that fails or finds nothing stops none of those after it", async () => {
  const { store, steps, ask, answer } = begin(4_000);
  const pressed = [steps.step(1, ask), steps.step(1, () => Promise.reject(new Error("gone"))), steps.step(-1, ask)];
  const settled = Promise.allSettled(pressed);
  await answer();
  await answer();
  expect((await settled).map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(await pressed[0]).toBe(false);
  expect(store.snapshot().settledMs).toBe(2_500);
});

it("a late answer does not take a person away from where they went meanwhile", async () => {
  const { store, steps, ask, answer } = begin(500);
  const pressed = steps.step(1, ask);
  await Promise.resolve();
  store.act({ kind: "go", atMs: 4_000 });
  await answer();
  expect(await pressed).toBe(true);
  expect(store.snapshot().settledMs).toBe(4_000);
});
