/**
 * The closing lines of .ci/run: names what failed, and sums what each suite reported in its own JSON or log into "N passed, N failed". A
 * suite that ended badly without naming a failure counts as one; so do tests that need the Python SDK, PostgreSQL, nginx or Java and did
 * not run.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";

interface Sum {
  readonly passed: number;
  readonly failed: number;
}

type Lane = "fast" | "slow";

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: "passed" | "failed";
    readonly message?: string;
    readonly assertionResults: readonly VitestResult[];
  }[];
}

interface VitestResult {
  readonly fullName: string;
  readonly status: string;
  readonly failureMessages?: readonly string[];
}

interface PlaywrightReport {
  readonly stats: { readonly expected: number; readonly unexpected: number; readonly flaky: number };
  readonly suites: readonly PlaywrightSuite[];
}

interface PlaywrightSuite {
  readonly suites?: readonly PlaywrightSuite[];
  readonly specs?: readonly PlaywrightSpec[];
}

interface PlaywrightSpec {
  readonly title: string;
  readonly file: string;
  readonly tests: readonly {
    readonly status: "expected" | "unexpected" | "flaky" | "skipped";
    readonly results: readonly { readonly error?: { readonly message?: string } }[];
  }[];
}

/** A failure shows its first words and, where processes were asked, their last ones, up to this length. */
const reasonCharactersMax = 6_000;

const folder = process.argv[2] ?? "test-results/ci";

function text(file: string): string {
  const path = join(folder, file);
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

function json<T>(file: string): T | undefined {
  const content = text(file);
  return content === "" ? undefined : (JSON.parse(content) as T);
}

function endedWell(suite: string): boolean {
  return text(`${suite}.exit`).trim() === "0";
}

/** Returns what a suite reported, with one failure more when it ended badly and named none. */
function honest(suite: string, sum: Sum): Sum {
  return !endedWell(suite) && text(`${suite}-again.exit`).trim() !== "0" && sum.failed === 0 ? { passed: sum.passed, failed: 1 } : sum;
}

function lane(name: Lane): Sum {
  const report = json<VitestReport>(`${name}.json`);
  if (report === undefined) return { passed: 0, failed: 1 };
  sayFailures(name, report);
  const banner = lastWords(name);
  if (banner !== "") say(`${endedAgain(name) ? "FLAKY" : "FAILED"} ${name}: at a set-up, or caught by nobody:`, banner);
  // The failed tests passed when they were run again by themselves (tools/failed-files.ts). They are named above, because somebody has to
  // find out why they failed.
  if (endedAgain(name)) return { passed: report.numPassedTests + report.numFailedTests, failed: 0 };
  return { passed: report.numPassedTests, failed: report.numFailedTests + (name === "slow" ? notRun(report) : 0) };
}

function sayFailures(lane: Lane, report: VitestReport): void {
  const word = `${endedAgain(lane) ? "FLAKY" : "FAILED"} ${lane}`;
  for (const file of report.testResults) {
    const failed = file.assertionResults.filter(({ status }) => status === "failed");
    for (const { fullName, failureMessages = [] } of failed)
      say(`${word}: ${relative(".", file.name)}: ${fullName}`, failureMessages.join("\n"));
    for (const { fullName, status, failureMessages = [] } of file.assertionResults)
      if (status === "passed" && failureMessages.length > 0)
        say(`FLAKY ${lane}: ${relative(".", file.name)}: ${fullName}`, failureMessages.join("\n"));
    if (failed.length === 0 && file.status === "failed")
      say(`${word}: ${relative(".", file.name)}`, file.message || "at its set-up, see below");
  }
}

/**
 * Returns the errors that belong to no test of the report: a set-up that failed, an error that nobody caught. Vitest prints them at the
 * end.
 */
function lastWords(lane: Lane): string {
  const log = stripVTControlCharacters(text(`${lane}.log`));
  const banner = /^⎯+ (?:Failed Suites|Unhandled Errors)/m.exec(log);
  return endedWell(lane) || banner === null ? "" : log.slice(banner.index);
}

/** Whether the failed files were run once more, by themselves, and passed. */
function endedAgain(lane: Lane): boolean {
  return text(`${lane}-again.exit`).trim() === "0";
}

function say(what: string, reason: string): void {
  console.log(what);
  if (reason !== "") console.log(shortened(stripVTControlCharacters(reason)).replaceAll(/^/gm, "  "));
}

function shortened(reason: string): string {
  if (reason.length <= reasonCharactersMax) return reason;
  return `${reason.slice(0, reasonCharactersMax / 2)}\n…\n${reason.slice(-reasonCharactersMax / 2)}`;
}

/** The programs that .ci/run has installed, and the names of the tests that need them. */
const neededPrograms: readonly (readonly [program: string, named: string])[] = [
  ["the Python SDK", "official Python SDK"],
  ["PostgreSQL", "the catalog on PostgreSQL"],
  ["nginx", "behind nginx"],
  ["Java", "a real Kafka broker"],
  ["Java for Flink", "a gateway on Flink"],
  ["nats-server", "a real nats-server"],
  ["Java for savepoints of Flink", "savepoints to Flink and back"],
  ["Java for a job of Flink", "a job from a converted savepoint"],
];

/** Counts the programs whose tests were skipped, or do not exist. */
function notRun(report: VitestReport): number {
  const results = report.testResults.flatMap((file) => file.assertionResults);
  const missing = neededPrograms.filter(([, named]) => {
    const tests = results.filter(({ fullName }) => fullName.includes(named));
    return tests.length === 0 || tests.some(({ status }) => status !== "passed" && status !== "failed");
  });
  for (const [program] of missing) console.log(`tests that need ${program} were skipped: that is a failure here`);
  return missing.length;
}

function e2e(): Sum {
  const report = json<PlaywrightReport>("e2e.json");
  if (report === undefined) return { passed: 0, failed: 1 };
  for (const { file, title, tests } of specsOf(report.suites)) {
    const reason = tests.flatMap(({ results }) => results.map(({ error }) => error?.message ?? "")).find((message) => message !== "") ?? "";
    if (tests.some(({ status }) => status === "unexpected")) say(`FAILED e2e: ${file}: ${title}`, reason);
    // The test passed the second time. It counts as passed and is named, because somebody has to find out why it failed.
    if (tests.some(({ status }) => status === "flaky")) say(`FLAKY e2e: ${file}: ${title}`, reason);
  }
  return { passed: report.stats.expected + report.stats.flaky, failed: report.stats.unexpected };
}

function specsOf(suites: readonly PlaywrightSuite[]): readonly PlaywrightSpec[] {
  return suites.flatMap(({ specs = [], suites: inner = [] }) => [...specs, ...specsOf(inner)]);
}

function linesOf(suite: string, passed: RegExp, failed: RegExp): Sum {
  const lines = text(`${suite}.log`).split("\n");
  return { passed: lines.filter((line) => passed.test(line)).length, failed: lines.filter((line) => failed.test(line)).length };
}

/** Reads the last line of one of our tools: "N passed, N failed". */
function lastLine(suite: string): Sum {
  const counts = /^(\d+) passed, (\d+) failed$/m.exec(text(`${suite}.log`).trimEnd().split("\n").at(-1) ?? "");
  return { passed: Number(counts?.[1] ?? 0), failed: Number(counts?.[2] ?? 0) };
}

const sums: readonly (readonly [string, Sum])[] = [
  ["install", honest("install", { passed: endedWell("install") ? 1 : 0, failed: 0 })],
  ["python-sdk", honest("python-sdk", { passed: endedWell("python-sdk") ? 1 : 0, failed: 0 })],
  ["fast", honest("fast", lane("fast"))],
  ["slow", honest("slow", lane("slow"))],
  ["check", honest("check", linesOf("check", /^passed: /, /^FAILED: /))],
  ["e2e", honest("e2e", e2e())],
  ["sim", honest("sim", lastLine("sim"))],
  ["crash", honest("crash", lastLine("crash"))],
  ["crash-partitions", honest("crash-partitions", lastLine("crash-partitions"))],
];

for (const [suite, sum] of sums) console.log(`${suite}: ${sum.passed} ok, ${sum.failed} not ok`);
const passed = sums.reduce((total, [, sum]) => total + sum.passed, 0);
const failed = sums.reduce((total, [, sum]) => total + sum.failed, 0);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
