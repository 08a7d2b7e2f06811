/**
 * officialTable: makes the table of the official SDKs on both runtimes from the results of their tests: e2e/conformance for the embedded
 * engine, e2e/flink for Flink. A ✓ is a test that passed in this run; only the reasons for missing ones are written by hand.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { repositoryRoot } from "../../tools/stale-step.ts";
import { statements } from "./official-statements.ts";

export const onEmbedded = ["e2e/conformance/greeter.test.ts", "e2e/conformance/sdk.test.ts"];
const onFlink = "e2e/flink/official-sdks.test.ts";
const sdks = ["JavaScript", "Python", "Go", "Java"] as const;
type Sdk = (typeof sdks)[number];

const report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      assertionResults: z.array(z.object({ ancestorTitles: z.array(z.string()), title: z.string(), status: z.string() })),
    }),
  ),
});

export interface OfficialTest {
  /** The suite's file, from the root of the repository. */
  readonly file: string;
  /** The titles of the suites around it, and its own. */
  readonly title: string;
  readonly status: string;
}

interface Row {
  readonly statement: string;
  /** Matches the titles of its tests on the embedded engine. */
  readonly embedded: RegExp;
  /** Why a language has no such test. */
  readonly without: Readonly<Partial<Record<Sdk, string>>>;
  /** Why there is none on Flink. */
  readonly notOnFlink?: string;
}

const noProbe = { Java: "no probe" };
const rows: readonly Row[] = [
  { statement: statements.greeter, embedded: /counts visits in its state/, without: {} },
  {
    statement: statements.state,
    embedded: /(keeps state of type io\.statefun\.types\/(bool|int|float|string))|keeps JSON/,
    without: noProbe,
  },
  {
    statement: statements.longs,
    embedded: /keeps state of type io\.statefun\.types\/(long|double)/,
    without: { JavaScript: "–", ...noProbe },
  },
  { statement: statements.deletion, embedded: /forgets a state value/, without: noProbe },
  { statement: statements.order, embedded: /gives messages of one sender|never enters an entity twice/, without: noProbe },
  { statement: statements.delays, embedded: /delivers a delayed message|does not deliver a delayed message/, without: noProbe },
  { statement: statements.egress, embedded: /puts egress records/, without: noProbe },
  { statement: statements.calls, embedded: /answers a call with the message/, without: noProbe },
  { statement: statements.down, embedded: /waits for functions that are down/, without: noProbe },
  {
    statement: statements.expiration,
    embedded: /expires state after the last write|keeps state that expires after a call/,
    without: noProbe,
    notOnFlink: "not seen: Flink shows state at calls alone",
  },
  {
    statement: statements.failure,
    embedded: /parks only the entity whose function throws/,
    without: noProbe,
    notOnFlink: "no: on Flink the job starts again from its checkpoint",
  },
];

/** What the table looks for in the titles of `onEmbedded`. */
export const embeddedTitles: readonly RegExp[] = rows.map(({ embedded }) => embedded);

/** Runs the tests, which takes minutes: both runtimes, real processes. */
export function runOfficialTests(): OfficialTest[] {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-official-"));
  try {
    const file = join(folder, "report.json");
    const parameters = [
      "run",
      "--project",
      "slow",
      ...onEmbedded,
      onFlink,
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${file}`,
    ];
    spawnSync(join(repositoryRoot, "node_modules/.bin/vitest"), parameters, { cwd: repositoryRoot, stdio: "inherit" });
    const { testResults } = report.parse(JSON.parse(readFileSync(file, "utf8")));
    return testResults.flatMap(({ name, assertionResults }) =>
      assertionResults.map(({ ancestorTitles, title, status }) => ({
        file: name.slice(repositoryRoot.length).replace(/^\//, ""),
        title: [...ancestorTitles, title].join(" > "),
        status,
      })),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function officialTable(tests: readonly OfficialTest[]): string {
  const of = (sdk: Sdk) => (test: OfficialTest) => new RegExp(`official ${sdk} SDK`).test(test.title);
  const lines = rows.map(({ statement, embedded, without, notOnFlink }) => {
    const here = tests.filter(({ file, title }) => onEmbedded.includes(file) && embedded.test(title));
    const there = tests.filter(({ file, title }) => file === onFlink && title.includes(statement));
    const cells = sdks.map((sdk) => without[sdk] ?? cellOf(here.filter(of(sdk))));
    const asked = sdks.filter((sdk) => without[sdk] === undefined);
    const outcomes = Map.groupBy(asked, (sdk) => cellOf(there.filter(of(sdk))));
    const flink = [...outcomes].map(([cell, names]) => `${cell} ${names.join(", ")}`).join("; ");
    return [statement, ...cells, notOnFlink ?? flink];
  });
  const all = [["statement", ...sdks, "on Flink"], ["statement", ...sdks, "on Flink"].map(() => "---"), ...lines];
  return all.map((cells) => (cells[0] === "---" ? `|${cells.join("|")}|` : `| ${cells.join(" | ")} |`)).join("\n");
}

function cellOf(tests: readonly OfficialTest[]): string {
  if (tests.some(({ status }) => status === "failed")) return "failed";
  const ran = tests.filter(({ status }) => status === "passed");
  return ran.length === 0 || ran.length < tests.length ? "not run" : "✓";
}

const markers = { begin: "<!-- official SDKs: begin -->", end: "<!-- official SDKs: end -->" } as const;

export function writeOfficialTable(table: string): void {
  const path = join(repositoryRoot, "docs/write-an-sdk.md");
  const page = readFileSync(path, "utf8");
  const [begin, end] = [page.indexOf(markers.begin), page.indexOf(markers.end)];
  if (begin < 0 || end < begin) throw new Error(`${path} has no ${markers.begin} … ${markers.end}`);
  writeFileSync(path, `${page.slice(0, begin + markers.begin.length)}\n\n${table}\n\n${page.slice(end)}`);
}
