/**
 * Kafka in virtual time: the real connectors between two topics of a simulated cluster, under lost and late answers, fences, aborted
 * transactions, leaders that move, kill -9 at any step, and restores. `npm run sim -- --kafka --worlds 1000` runs more of the same worlds.
 */
import { describe, expect, test } from "vitest";
import { kafkaFaultNames } from "./world/kafka-faults.ts";
import { catchKafkaMutant, kafkaMutants } from "./world/kafka-mutants.ts";
import { runKafkaWorld, type KafkaWorldResult } from "./world/kafka-world.ts";

const worlds = 120;

test("each record goes from topic to topic once, in the order of its key, whatever fault strikes", { timeout: 300_000 }, async () => {
  const results: KafkaWorldResult[] = [];
  for (let seed = 1; seed <= worlds; seed++) results.push(await runKafkaWorld(String(seed)));
  const sum = (of: (result: KafkaWorldResult) => number): number => results.reduce((all, result) => all + of(result), 0);
  expect(sum(({ stats }) => stats.records)).toBeGreaterThan(worlds * 10);
  expect(sum(({ stats }) => stats.restores)).toBeGreaterThan(worlds / 20);
  expect(sum(({ stats }) => stats.lives)).toBeGreaterThan(worlds * 2);
  const never = kafkaFaultNames.filter((name) => !results.some(({ faults }) => faults.has(name)));
  expect(never).toEqual([]);
});

test("the same seed gives the same world", async () => {
  for (const seed of ["7", "19", "50"]) expect((await runKafkaWorld(seed)).traceHash).toBe((await runKafkaWorld(seed)).traceHash);
});

describe("a world fails when a bug is planted", () => {
  for (const mutant of kafkaMutants)
    test(`${mutant.name}, within ${mutant.seedsMax} seeds`, { timeout: 240_000 }, async () => {
      const caught = await catchKafkaMutant(mutant);
      expect(caught, `${mutant.breaks}: no world saw it`).toMatch(mutant.finding);
    });
});
