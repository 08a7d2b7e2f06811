/**
 * The engine keeps its promises in 200 seeded worlds (docs/testing.md), and the simulator keeps its own: the same seed is the same world,
 * and what should go wrong does. A failure prints its seed and the command that repeats it.
 */
import { afterAll, describe, expect, test } from "vitest";
import { runWorld, type WorldResult, type WorldStats } from "@signalbox/engine/testing";
import { createMemoryStore } from "../src/adapters/store-memory.ts";
import { armTripwire, DeterminismViolation } from "../src/testing/sim/tripwire.ts";
import { SimStore } from "../src/testing/sim/sim-store.ts";
import { Faults } from "../src/testing/sim/faults.ts";
import { Prng } from "../src/testing/prng.ts";
import { describeStoreConformance } from "../src/testing/store-conformance.ts";

const firstSeed = 1;
const seeds = 200;
const seedsPerTest = 25;
const results: WorldResult[] = [];

describe("exactly once under faults", () => {
  for (let from = firstSeed; from < firstSeed + seeds; from += seedsPerTest) {
    test(`worlds ${from} to ${from + seedsPerTest - 1} come to rest with the sums of their programs`, { timeout: 300_000 }, async () => {
      for (let seed = from; seed < from + seedsPerTest; seed++) results.push(await runWorld(String(seed)));
    });
  }

  afterAll(() => {
    if (results.length < seeds) return;
    const sum = (of: (stats: WorldStats) => number): number => results.reduce((total, result) => total + of(result.stats), 0);
    // A workload or a fault that never happens would prove nothing.
    expect(sum((stats) => stats.messages)).toBeGreaterThan(5_000);
    expect(sum((stats) => stats.invocations)).toBeGreaterThan(5_000);
    expect(sum((stats) => stats.failedAttempts)).toBeGreaterThan(500);
    expect(sum((stats) => stats.parked)).toBeGreaterThan(50);
    expect(sum((stats) => stats.breakersOpened)).toBeGreaterThan(50);
    expect(sum((stats) => stats.crashes)).toBeGreaterThan(200);
    expect(sum((stats) => stats.crashesWhileOpening)).toBeGreaterThan(10);
    expect(sum((stats) => stats.stops)).toBeGreaterThan(10);
    expect(sum((stats) => stats.restores)).toBeGreaterThan(10);
    expect(sum((stats) => stats.egressDeliveries)).toBeGreaterThan(500);
    expect(sum((stats) => stats.livingValuesSent)).toBeGreaterThan(500);
    expect(sum((stats) => stats.actsConfirmed)).toBeGreaterThan(100);
    expect(sum((stats) => stats.movedRefused)).toBeGreaterThan(20);
    expect(sum((stats) => stats.repeatsChecked)).toBeGreaterThan(500);
    expect(sum((stats) => stats.answersChecked)).toBeGreaterThan(200);
    expect(sum((stats) => stats.limitsChecked)).toBeGreaterThan(1_000);
    expect(sum((stats) => stats.breakpointsChecked)).toBeGreaterThan(40);
    expect(sum((stats) => stats.watchesChecked)).toBeGreaterThan(5);
    expect(sum((stats) => stats.breakersChecked)).toBeGreaterThan(10);
    expect(sum((stats) => stats.recoveriesCompared)).toBeGreaterThan(300);
    expect(sum((stats) => stats.pastMomentsKnown)).toBeGreaterThan(300);
    expect(sum((stats) => stats.restoresCompared)).toBeGreaterThan(4);
    expect(sum((stats) => stats.batchesKeptAtCrash)).toBeGreaterThan(10);
    expect(sum((stats) => stats.batchesLostAtCrash)).toBeGreaterThan(10);
  });
});

describe("the simulator", () => {
  test("runs the same world for the same seed, event by event", { timeout: 300_000 }, async () => {
    for (let seed = 1; seed <= 10; seed++) {
      const first = await runWorld(String(seed));
      const second = await runWorld(String(seed));
      expect(second).toEqual(first);
    }
  });

  test("uses no real time, chance or network", () => {
    const disarm = armTripwire();
    try {
      const forbidden: (() => unknown)[] = [
        () => Date.now(),
        () => new Date(),
        () => Math.random(),
        () => setTimeout(() => undefined, 0),
        () => setInterval(() => undefined, 1),
        () => setImmediate(() => undefined),
        () => queueMicrotask(() => undefined),
        () => crypto.randomUUID(),
        () => fetch("http://localhost"),
      ];
      for (const use of forbidden) expect(use).toThrow(DeterminismViolation);
    } finally {
      disarm();
    }
    expect(Date.now()).toBeGreaterThan(0);
  });

  test("draws the same for the same seed, and a fork does not depend on earlier draws", () => {
    const first = new Prng("seed");
    const second = new Prng("seed");
    const drawn = Array.from({ length: 50 }, () => first.below(1_000));
    expect(Array.from({ length: 50 }, () => second.below(1_000))).toEqual(drawn);
    expect(first.fork("network").below(1_000_000)).toBe(new Prng("seed").fork("network").below(1_000_000));
    expect(new Prng("seed").fork("network").below(1_000_000)).not.toBe(new Prng("seed").fork("storage").below(1_000_000));
  });
});

describeStoreConformance("the simulated store", {
  open: async () => {
    const faults = new Faults(new Prng("conformance"));
    faults.calm();
    const life = {
      alive: true,
      readFaults: 0,
      faults,
      wait: async () => undefined,
      isFull: () => false,
      handedOver: () => undefined,
      written: () => undefined,
      cut: () => undefined,
    };
    return new SimStore(createMemoryStore(), { life, partition: 0 });
  },
});
