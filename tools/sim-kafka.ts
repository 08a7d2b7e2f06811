/**
 * SimKafka: `npm run sim -- --kafka`: worlds of the Kafka connectors between two topics of a simulated cluster, and the bugs that are
 * planted in them. Neighbours: sim.ts reads the command line, apps/gateway/test/connectors/kafka/world holds the worlds.
 */
import { kafkaFaultNames } from "../apps/gateway/test/connectors/kafka/world/kafka-faults.ts";
import { catchKafkaMutant, kafkaMutants } from "../apps/gateway/test/connectors/kafka/world/kafka-mutants.ts";
import { runKafkaWorld } from "../apps/gateway/test/connectors/kafka/world/kafka-world.ts";

/** With at least this many worlds, a fault that never struck is a failure of the simulator. */
const coverageWorldsMin = 1000;
const fullReportsMax = 3;

/** Returns true when all worlds passed. */
export async function simKafka({ first, worlds, trace }: { first: number; worlds: number; trace: boolean }): Promise<boolean> {
  const startedMs = performance.now();
  const hits = new Map<string, number>();
  const sums = new Map<string, number>();
  let failed = 0;
  for (let seed = first; seed < first + worlds; seed++) {
    try {
      const { stats, faults, traceHash } = await runKafkaWorld(String(seed));
      for (const [name, times] of faults) hits.set(name, (hits.get(name) ?? 0) + times);
      for (const [name, count] of Object.entries(stats)) sums.set(name, (sums.get(name) ?? 0) + Number(count));
      if (trace) console.log(`${seed} ${traceHash}`);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      console.error(++failed <= fullReportsMax ? message : `seed ${seed}: ${message.split("\n")[0] ?? ""}`);
    }
  }
  console.log(`${worlds} Kafka worlds in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
  for (const [name, count] of [...sums, ...hits]) console.log(`${String(count).padStart(9)} × ${name}`);
  const never = kafkaFaultNames.filter((name) => !hits.has(name));
  const isCovered = never.length === 0 || worlds < coverageWorldsMin;
  if (never.length > 0) console.log(`${isCovered ? "not hit" : "FAILED: never hit"}: ${never.join(", ")}`);
  console.log(`${worlds - failed} passed, ${failed} failed`);
  return failed === 0 && isCovered;
}

/** Returns true when the bug was caught. `list` names all bugs. */
export async function watchKafkaMutant(name: string): Promise<boolean> {
  const mutant = kafkaMutants.find((one) => one.name === name);
  if (mutant === undefined) {
    for (const { name: known, breaks } of kafkaMutants) console.log(`  ${known.padEnd(28)} ${breaks}`);
    return name === "list";
  }
  console.log(`planted: ${mutant.name}: ${mutant.breaks}`);
  const caught = await catchKafkaMutant(mutant);
  console.log(caught ?? `NOT caught by the seeds 1 to ${mutant.seedsMax}`);
  return caught !== undefined;
}
