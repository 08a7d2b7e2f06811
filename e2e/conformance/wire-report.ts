/**
 * wireReport: runs the wire cases against one server, and prints the results as a table.
 * Neighbours: wire-cases.ts has the cases.
 * Guarantee: an address that is no function server, or one that stops answering, is reported once, with its fault, and ends the run.
 */
import { NoAnswer, ProbeServer } from "./probe-server.ts";
import { wireCases } from "./wire-cases.ts";

export interface WireResult {
  readonly name: string;
  /** `not run`: an earlier case says why. */
  readonly outcome: "passed" | "failed" | "skipped" | "not run";
  /** Why it failed or was skipped. */
  readonly reason: string;
}

/** What all cases need. It is a row of the table only when it fails. */
const firstName = "a request without states is answered as a function server answers";
/** When this many cases got no answer in time, the server counts as hanging, and the rest does not run. */
const silencesMax = 2;

/** Runs one case after the other, because a slow server, or one with a single thread, is not at fault. `timeoutMs` is for one request. */
export async function runWireCases(url: string, { timeoutMs }: { readonly timeoutMs?: number } = {}): Promise<WireResult[]> {
  const server = new ProbeServer(url, timeoutMs);
  try {
    const declared = await server.specs().then(
      (specs) => new Set(specs.map(({ name }) => name)),
      (error: unknown) => reasonOf(error),
    );
    if (typeof declared === "string")
      return [{ name: firstName, outcome: "failed", reason: declared }, ...wireCases.map(({ name }) => notRun(name))];
    return await runEach(server, declared);
  } finally {
    await server.close();
  }
}

async function runEach(server: ProbeServer, declared: ReadonlySet<string>): Promise<WireResult[]> {
  const results: WireResult[] = [];
  let silences = 0;
  for (const { name, needs, run } of wireCases) {
    if (silences >= silencesMax) {
      results.push(notRun(name));
      continue;
    }
    if (needs !== undefined && !declared.has(needs)) {
      results.push({ name, outcome: "skipped", reason: `the probe declares no ${needs}` });
      continue;
    }
    results.push(
      await run(server).then(
        (): WireResult => ({ name, outcome: "passed", reason: "" }),
        (error: unknown): WireResult => {
          if (error instanceof NoAnswer && error.failure.code === "CALL_TIMEOUT") silences++;
          return { name, outcome: "failed", reason: reasonOf(error) };
        },
      ),
    );
  }
  return results;
}

function notRun(name: string): WireResult {
  return { name, outcome: "not run", reason: "" };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function wireTable(results: readonly WireResult[]): string {
  const shown = results.filter(({ outcome }) => outcome !== "not run");
  const width = Math.max(...shown.map(({ name }) => name.length));
  const rows = shown.map(
    ({ name, outcome, reason }) => `${outcome.padEnd(7)}  ${reason === "" ? name : `${name.padEnd(width)}  ${reason}`}`,
  );
  const count = (outcome: WireResult["outcome"]): number => results.filter((result) => result.outcome === outcome).length;
  const left = count("not run");
  const rest = left === 0 ? "" : `, ${left} not run: mend what failed first`;
  return [...rows, "", `${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped${rest}`].join("\n");
}
