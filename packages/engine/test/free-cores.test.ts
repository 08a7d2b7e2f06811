/** Cores are scarce when less than a fifth of them was idle since the last look that was long enough ago for a conclusion. */
import { expect, test } from "vitest";
import { FreeCores, type CoreTimes } from "../src/adapters/free-cores.ts";

function machine() {
  let times: CoreTimes = { idleMs: 1_000, totalMs: 5_000 };
  let [nowMs, reads] = [0, 0];
  const read = (): CoreTimes => {
    reads++;
    return times;
  };
  return {
    cores: new FreeCores(read, () => nowMs),
    reads: () => reads,
    /** Two cores, each idle for this long. */
    pass: (ms: number, idleShare: number) => {
      nowMs += ms;
      times = { idleMs: times.idleMs + 2 * ms * idleShare, totalMs: times.totalMs + 2 * ms };
    },
  };
}

test("cores count as free until a tenth of a second has been measured", () => {
  const { cores, pass } = machine();
  expect(cores.areScarce()).toBe(false);
  pass(99, 0);
  expect(cores.areScarce()).toBe(false);
  pass(1, 0);
  expect(cores.areScarce()).toBe(true);
});

test("each answer covers the time since the last conclusive one", () => {
  const { cores, pass } = machine();
  pass(200, 0.19);
  expect(cores.areScarce()).toBe(true);
  pass(50, 1);
  expect(cores.areScarce()).toBe(true);
  pass(50, 1);
  expect(cores.areScarce()).toBe(false);
  pass(1_000, 0.2);
  expect(cores.areScarce()).toBe(false);
});

test("asking more often costs the system nothing", () => {
  const { cores, pass, reads } = machine();
  for (let asked = 0; asked < 100; asked++) {
    cores.areScarce();
    pass(1, 0);
  }
  expect(reads()).toBe(1);
  cores.areScarce();
  expect(reads()).toBe(2);
});

test("a system without counters reports free cores", () => {
  let nowMs = 0;
  const cores = new FreeCores(
    () => ({ idleMs: 0, totalMs: 0 }),
    () => (nowMs += 1_000),
  );
  expect(cores.areScarce()).toBe(false);
});

test("the times of this machine can be read", () => {
  expect(() => new FreeCores().areScarce()).not.toThrow();
});
