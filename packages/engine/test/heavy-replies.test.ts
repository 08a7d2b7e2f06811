/**
 * Replies of very many effects are applied one a turn, so that they share the thread with everything else; the memory that they hold always
 * comes back.
 */
import { expect, test } from "vitest";
import { defaultLimits, limitsWithin } from "../src/limits.ts";
import type { InvocationOutcome } from "@signalbox/runtime/model/invocation";
import { noEffects } from "@signalbox/runtime/model/effects";
import { HeavyReplies } from "../src/runtime/processor/heavy-replies.ts";
import { cart, text } from "./core-samples.ts";
import { EngineHarness } from "./engine-harness.ts";

const light: InvocationOutcome = { kind: "reply", reply: { kind: "completed", effects: noEffects } };
const heavy: InvocationOutcome = { ...light, held: { release: () => undefined } };

test("heavy replies are applied one a turn in their order, and a light one at once", () => {
  const alarms: (() => void)[] = [];
  const replies = new HeavyReplies({
    schedule(_delayMs, run) {
      alarms.push(run);
      return () => undefined;
    },
  });
  const applied: string[] = [];
  for (const name of ["first", "second", "third"]) replies.take(heavy, () => applied.push(name));
  replies.take(light, () => applied.push("light"));
  expect(applied).toEqual(["light"]);
  for (const expected of ["first", "second", "third"]) {
    expect(alarms).toHaveLength(1);
    alarms.shift()?.();
    expect(applied.at(-1)).toBe(expected);
  }
  expect(alarms).toEqual([]);
});

test("a reply that comes when its partition has been replaced by a restored one gives its memory back", async () => {
  let held = 0;
  const harness = new EngineHarness({
    async run(_request, scheduler) {
      // This is longer than a restore waits for the calls in flight.
      await scheduler.wait(50_000, "a slow function");
      held++;
      return { ...light, held: { release: () => held-- } };
    },
  });
  const engine = await harness.open();
  await harness.run(engine.takeSavepoint("before"));
  await harness.run(engine.accept({ target: cart("ada"), value: text("slow") }));
  await harness.run(engine.restoreSavepoint("before"));
  await harness.until(() => held === 1);
  await harness.pass(1_000);
  expect(held).toBe(0);
});

test("with little memory the bounds of large amounts are fractions of it", () => {
  const { replyBytesInMemoryMax, mailboxBytesInMemoryMax, ingressPendingBytesMax } = defaultLimits;
  expect(limitsWithin(16 * 2 ** 30)).toEqual({ replyBytesInMemoryMax, mailboxBytesInMemoryMax, ingressPendingBytesMax });
  const small = limitsWithin(512 * 2 ** 20);
  expect(small.replyBytesInMemoryMax).toBe(16 * 2 ** 20);
  expect(small.replyBytesInMemoryMax + small.mailboxBytesInMemoryMax + small.ingressPendingBytesMax).toBeLessThan(128 * 2 ** 20);
});
