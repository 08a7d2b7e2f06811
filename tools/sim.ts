/**
 * sim: runs simulated worlds from the command line (docs/testing.md).
 *   npm run sim -- --seed 8123                    one world; a failure prints its seed, faults, last events and how to repeat it
 *   npm run sim -- --worlds 1000 --processes 2    many; from 1000 on, every mark, fault and number must have been hit
 *   npm run sim -- --seed 8123 --shrink           the smallest set of faults and messages with which the world still fails
 *   npm run sim -- --mutant credit-leak           watch a planted bug being caught; `--mutant list` names them, `--mutant all` catches each
 *   npm run sim -- --kafka --worlds 1000          the Kafka connectors over a simulated cluster (sim-kafka.ts); `--seed`, `--trace`, `--mutant` as above
 * `--off <faults>` and `--messages <most>` repeat a shrunk world, `--partitions 2` gives every world so many, `--trace` prints the trace hash of each. Neighbour: sim-worker.ts.
 */
import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";
import {
  catchMutant,
  faultNames,
  mutants,
  repeatArguments,
  shrinkWorld,
  type FaultName,
  type Mutant,
  type Mutations,
} from "@signalbox/engine/testing";
import { simKafka, watchKafkaMutant } from "./sim-kafka.ts";
import { SimSums } from "./sim-sums.ts";
import { runInProcesses, runRange, type WorldReport } from "./sim-worker.ts";
import { toldOptions } from "./told-options.ts";

/** With at least this many worlds, a mark that was never hit is a failure of the simulator. */
const coverageWorldsMin = 1000;
const fullReportsMax = 3;

const { values } = toldOptions({
  command: "npm run sim",
  about: "Simulated worlds; docs/testing.md says what is in them.",
  options: {
    seed: { type: "string", default: "1" },
    worlds: { type: "string", default: "1" },
    processes: { type: "string", default: "1" },
    trace: { type: "boolean", default: false },
    shrink: { type: "boolean", default: false },
    mutant: { type: "string" },
    off: { type: "string", default: "" },
    messages: { type: "string" },
    partitions: { type: "string" },
    kafka: { type: "boolean", default: false },
  },
  says: {
    seed: "the first world",
    worlds: "how many, from that seed on",
    processes: "that share them",
    trace: "prints the trace hash of each",
    shrink: "the smallest set of faults and messages with which the world still fails",
    mutant: "a planted bug to watch; list names them",
    off: "faults that are left out, with commas between",
    messages: "at most in a world",
    partitions: "of every world",
    kafka: "the Kafka connectors over a simulated cluster",
  },
});

function refuse(message: string): never {
  console.error(`sim: ${message}`);
  process.exit(2);
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  return refuse(`--${name} takes a whole number from 1, for example: npm run sim -- --seed 1 --worlds 200`);
}

function chosenMutations(): Mutations {
  const off = values.off.split(",").filter((name) => name !== "");
  const known = off.map(
    (name): FaultName =>
      faultNames.find((fault) => fault === name) ?? refuse(`no fault is called ${name}; there are: ${faultNames.join(", ")}`),
  );
  const messagesMax = values.messages === undefined ? undefined : wholeNumber("messages", values.messages);
  const partitions = values.partitions === undefined ? undefined : wholeNumber("partitions", values.partitions);
  return {
    faultsOff: new Set(known),
    ...(messagesMax === undefined ? {} : { messagesMax }),
    ...(partitions === undefined ? {} : { partitions }),
  };
}

/** Returns the commit of this code, because a report without it could be of any version. */
function commit(): string {
  try {
    const git = (...given: string[]): string =>
      execFileSync("git", given, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    return `${git("rev-parse", "--short=12", "HEAD")}${git("status", "--porcelain", "--untracked-files=no") === "" ? "" : " with changes"}`;
  } catch {
    return "unknown (no git repository)";
  }
}

async function runWorlds(): Promise<boolean> {
  const first = wholeNumber("seed", values.seed);
  const worlds = wholeNumber("worlds", values.worlds);
  const processes = Math.min(wholeNumber("processes", values.processes), availableParallelism(), worlds);
  const sums = new SimSums();
  const startedMs = performance.now();
  let nextNoteMs = 60_000;
  const take = (report: WorldReport): void => {
    const ranMs = performance.now() - startedMs;
    if (ranMs > nextNoteMs) {
      console.log(`${sums.passed + sums.failed} of ${worlds} worlds after ${Math.round(ranMs / 1000)} s, ${sums.failed} failed`);
      nextNoteMs += 60_000;
    }
    if (report.kind === "passed") {
      sums.add(report);
      if (values.trace) console.log(`${report.seed} ${report.traceHash}`);
      return;
    }
    sums.failed++;
    const [cause] = report.message.split("\n");
    if (sums.failed <= fullReportsMax) console.error(`${report.message}\ncommit ${commit()}\n`);
    else console.error(`seed ${report.seed}: ${cause}`);
  };
  const range = { first, worlds, mutations: chosenMutations() };
  if (processes === 1) await runRange({ ...range, stride: 1 }, take);
  else await runInProcesses(range, { processes, take });
  const seconds = (performance.now() - startedMs) / 1000;
  console.log(`${worlds} worlds in ${seconds.toFixed(1)} s (${(worlds / seconds).toFixed(1)} a second, commit ${commit()})`);
  sums.print();
  const never = sums.neverHit();
  const isCovered = never.length === 0 || worlds < coverageWorldsMin;
  if (never.length > 0) console.log(`${isCovered ? "not hit" : "FAILED: never hit"}: ${never.join(", ")}`);
  console.log(`${sums.passed} passed, ${sums.failed} failed`);
  return sums.failed === 0 && isCovered;
}

async function shrink(): Promise<boolean> {
  const seed = String(wholeNumber("seed", values.seed));
  const shrunk = await shrinkWorld(seed, chosenMutations());
  if (shrunk === undefined) {
    console.log(`seed ${seed} does not fail\n1 passed, 0 failed`);
    return true;
  }
  console.error(`${shrunk.report}\ncommit ${commit()}`);
  console.log(`the smallest of ${shrunk.worldsRun} worlds that still fails needs: ${shrunk.faults.join(", ") || "no fault at all"}`);
  console.log(`repeat it with: npm run sim -- ${repeatArguments(seed, shrunk.mutations)}\n0 passed, 1 failed`);
  return false;
}

function chosenMutant(name: string): Mutant {
  const found = mutants.find((mutant) => mutant.name === name);
  if (found !== undefined) return found;
  const list = mutants.map((mutant) => `  ${mutant.name.padEnd(28)} ${mutant.breaks}`).join("\n");
  if (name !== "list") refuse(`no planted bug is called ${name}; there are:\n${list}`);
  console.log(list);
  process.exit(0);
}

async function watch(name: string): Promise<boolean> {
  const mutant = chosenMutant(name);
  console.log(`planted: ${mutant.name}: ${mutant.breaks}`);
  const caught = await catchMutant(mutant);
  if (caught === undefined) {
    console.log(`NOT caught by the seeds 1 to ${mutant.seedsMax}\n0 passed, 1 failed`);
    return false;
  }
  console.log(`${caught.report}\n`);
  console.log(`caught by seed ${caught.seed}; stated: by one of the seeds 1 to ${mutant.seedsMax}\n1 passed, 0 failed`);
  return true;
}

/** Prints the lines of testing/mutants/caught-seeds.ts. */
async function watchAll(): Promise<boolean> {
  let lives = 0;
  for (const mutant of mutants) {
    const caught = await catchMutant(mutant);
    console.log(caught === undefined ? `  // NOT caught: ${mutant.name}` : `  ${JSON.stringify(mutant.name)}: ${caught.seed},`);
    if (caught === undefined) lives++;
  }
  console.log(`${mutants.length - lives} passed, ${lives} failed`);
  return lives === 0;
}

async function kafka(): Promise<boolean> {
  if (values.mutant !== undefined) return watchKafkaMutant(values.mutant);
  return simKafka({ first: wholeNumber("seed", values.seed), worlds: wholeNumber("worlds", values.worlds), trace: values.trace });
}

const isGood = values.kafka
  ? await kafka()
  : values.mutant !== undefined
    ? await (values.mutant === "all" ? watchAll() : watch(values.mutant))
    : values.shrink
      ? await shrink()
      : await runWorlds();
process.exitCode = isGood ? 0 : 1;
