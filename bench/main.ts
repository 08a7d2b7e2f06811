/**
 * The lab from the command line (docs/performance.md says how to read it):
 *   npm run bench                                       every job, 3 repeats of 5 s
 *   npm run bench -- --only add,hot --seconds 10        the jobs whose names begin so
 *   npm run bench -- --write                            the table goes into docs/performance.md
 *   npm run bench -- --guard [--save]                   the quick guard: CPU per message against bench/baseline.json
 * Settings of the gateway (SIGNALBOX_…) in the environment reach it and stand below the table.
 * Real processes on this machine: gateway, functions and this load generator share its cores. Nothing here is a test; nothing fails.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { repositoryRoot } from "../tools/stale-step.ts";
import { FilledHome } from "./filled-home.ts";
import { runGuard } from "./guard.ts";
import { allJobs } from "./jobs/all-jobs.ts";
import { describeMachine } from "./machine.ts";
import { markdown, writeInto } from "./report.ts";
import type { Result } from "./result.ts";
import { runJobs } from "./run-jobs.ts";
import { toldOptions } from "../tools/told-options.ts";

const { values } = toldOptions({
  command: "npm run bench",
  about: "Measures on this machine; docs/performance.md says how to read it.",
  options: {
    only: { type: "string", default: "" },
    seconds: { type: "string", default: "5" },
    repeats: { type: "string", default: "3" },
    "warm-up": { type: "string", default: "3" },
    entities: { type: "string", default: "1000000" },
    waiting: { type: "string", default: "100000" },
    folder: { type: "string", default: tmpdir() },
    json: { type: "string", default: "test-results/bench.json" },
    write: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
    guard: { type: "boolean", default: false },
    save: { type: "boolean", default: false },
  },
  says: {
    only: "jobs whose names begin so, with commas between",
    seconds: "of each run",
    repeats: "of each job",
    "warm-up": "seconds before each run",
    entities: "of resident, restart and savepoint",
    waiting: "messages that wait in restart",
    folder: "where data directories go",
    json: "the file of all figures",
    write: "the tables go into docs/performance.md",
    list: "names the jobs",
    guard: "the quick guard instead: CPU a message against bench/baseline.json",
    save: "with --guard: what was measured becomes the baseline",
  },
});

function refuse(message: string): never {
  console.error(`bench: ${message}`);
  process.exit(2);
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  return Number.isSafeInteger(number) && number >= 1 ? number : refuse(`--${name} takes a whole number from 1, not "${text}"`);
}

async function bench(): Promise<void> {
  const words = values.only.split(",").filter((word) => word !== "");
  const known = allJobs.map((job) => job.name);
  for (const word of words) {
    if (!known.some((name) => name.startsWith(word))) refuse(`no job's name begins with "${word}"; there are: ${known.join(", ")}`);
  }
  const jobs = allJobs.filter((job) => words.length === 0 || words.some((word) => job.name.startsWith(word)));
  const settings = {
    seconds: wholeNumber("seconds", values.seconds),
    repeats: wholeNumber("repeats", values.repeats),
    entities: wholeNumber("entities", values.entities),
    waitingMessages: wholeNumber("waiting", values.waiting),
  };
  const folder = resolve(values.folder);
  const machine = describeMachine(folder);
  const notes: string[] = [];
  const note = (text: string): void => {
    if (!notes.includes(text)) notes.push(text);
  };
  if (machine.loadAverage > 0.5) note("The machine was not quiet when the run began: take these figures for a trial.");
  for (const [name, value] of Object.entries(process.env)) if (name.startsWith("SIGNALBOX_")) note(`with ${name}=${value ?? ""}`);
  if (machine.disk === "tmpfs") note("The data directory is in memory (tmpfs): nothing is really synced. Name a disk with --folder.");
  const stopping = new AbortController();
  // The running job ends by itself, with its processes and folders.
  process.once("SIGINT", () => stopping.abort());
  await using filledHome = new FilledHome(folder, settings.entities);
  const warmUpSeconds = wholeNumber("warm-up", values["warm-up"]);
  const run = { ...settings, warmUpSeconds, folder, filledHome, note, signal: stopping.signal };
  const { lines } = await runJobs(jobs, run);
  const command = ["npm run bench", ...(process.argv.length > 2 ? ["--", ...process.argv.slice(2)] : [])].join(" ");
  const result: Result = { machine, settings, command, lines, notes };
  mkdirSync(dirname(values.json), { recursive: true });
  writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
  const text = markdown(result);
  console.log(text);
  if (values.write) writeInto(join(repositoryRoot, "docs/performance.md"), text);
}

if (values.list) for (const { name, what } of allJobs) console.log(`${name.padEnd(12)} ${what}`);
else if (values.guard) await runGuard({ save: values.save, folder: resolve(values.folder) });
else await bench();
