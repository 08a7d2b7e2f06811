/**
 * An endpoint that is woken and does not come up is reported on its row and in the log, whether the wake failed or did nothing.
 */
import { expect, test } from "vitest";
import type { ScaleToZero, Wake } from "../../src/scaling/scale-to-zero.ts";
import { Sleepers } from "../../src/scaling/sleepers.ts";
import type { Seen } from "../../src/scaling/sleep-state.ts";

const refused = "connect ECONNREFUSED 127.0.0.1:9000";
const down: Seen = { hasWork: true, isUp: false, hasTraffic: false, failure: refused };
const up: Seen = { hasWork: true, isUp: true, hasTraffic: true };
const command: Wake = { kind: "command", command: ["true"], shown: ["true"] };

function stand(wake: Wake, outcome: () => string | undefined) {
  let [nowMs, wakes] = [0, 0];
  let seen = down;
  const warned: string[] = [];
  const sleepers = new Sleepers({
    look: () => seen,
    wake: async () => {
      wakes++;
      return outcome();
    },
    onChange: () => undefined,
    warn: (message) => warned.push(message),
    nowMs: () => nowMs,
  });
  const spec: ScaleToZero = { endpoint: "shop/*", module: "shop", wake, idleAfterMs: 1_000 };
  sleepers.declare([spec]);
  const untilWakes = async (count: number): Promise<void> => {
    for (; wakes < count; nowMs += 1_000) {
      sleepers.lookAtAll();
      await Promise.resolve();
    }
    await new Promise(setImmediate);
  };
  return {
    warned,
    untilWakes,
    problem: () => sleepers.view("shop/*")?.problem,
    comesUp: () => {
      seen = up;
      sleepers.lookAtAll();
    },
    goesDown: () => {
      seen = down;
    },
    close: () => sleepers.close(),
  };
}

test.each<readonly [Wake, string, string]>([
  [command, "true ended well 6 times in a row", "It is run again"],
  [{ kind: "url", url: "http://wake/" }, "http://wake/ took the wake 6 times in a row", "It is asked again"],
])(
  "an endpoint whose wakes are taken but which never answers is reported once the backoff is at its bound: %j",
  async (wake, message, again) => {
    const { untilWakes, problem, warned, comesUp, goesDown, close } = stand(wake, () => undefined);
    await untilWakes(5);
    expect([problem(), warned]).toEqual([undefined, []]);
    await untilWakes(6);
    expect(problem()).toMatchObject({
      code: "WAKE_FAILED",
      where: "module shop, endpoint shop/*",
      message: `${message}, and nothing answers at the endpoint: ${refused}`,
      cure: expect.stringContaining(again),
    });
    await untilWakes(8);
    expect(problem()?.message).toContain("8 times");
    expect(warned).toEqual([expect.stringContaining(message)]);
    comesUp();
    expect(problem()).toBeUndefined();
    goesDown();
    await untilWakes(9);
    expect(problem()).toBeUndefined();
    close();
  },
);

test("a failing wake is reported at once, and once in the log; earlier wakes that were taken do not count", async () => {
  let reason: string | undefined;
  const { untilWakes, problem, warned, close } = stand(command, () => reason);
  await untilWakes(5);
  reason = "it ended with code 1";
  await untilWakes(7);
  expect(problem()?.message).toBe("true did not wake it: it ended with code 1");
  expect(warned).toEqual([expect.stringContaining("did not wake it")]);
  reason = undefined;
  await untilWakes(8);
  expect(problem()).toBeUndefined();
  close();
});
