/** The wire cases against one server, and what came of each as a table. Neighbours: wire-cases.ts has the cases. */
import { ProbeServer } from "./probe-server.ts";
import { wireCases } from "./wire-cases.ts";

export interface WireResult {
  readonly name: string;
  readonly outcome: "passed" | "failed" | "skipped";
  /** Why it failed or was skipped. */
  readonly reason: string;
}

/** One case after the other: a server that is slow or has one thread is not at fault. */
export async function runWireCases(url: string): Promise<WireResult[]> {
  const server = new ProbeServer(url);
  const results: WireResult[] = [];
  try {
    const declared = await server.specs().then(
      (specs) => new Set(specs.map(({ name }) => name)),
      () => undefined,
    );
    for (const { name, needs, run } of wireCases) {
      if (needs !== undefined && declared !== undefined && !declared.has(needs)) {
        results.push({ name, outcome: "skipped", reason: `the probe declares no ${needs}` });
        continue;
      }
      results.push(
        await run(server).then(
          (): WireResult => ({ name, outcome: "passed", reason: "" }),
          (error: unknown): WireResult => ({ name, outcome: "failed", reason: error instanceof Error ? error.message : String(error) }),
        ),
      );
    }
  } finally {
    await server.close();
  }
  return results;
}

export function wireTable(results: readonly WireResult[]): string {
  const width = Math.max(...results.map(({ name }) => name.length));
  const rows = results.map(
    ({ name, outcome, reason }) => `${outcome.padEnd(7)}  ${reason === "" ? name : `${name.padEnd(width)}  ${reason}`}`,
  );
  const count = (outcome: WireResult["outcome"]): number => results.filter((result) => result.outcome === outcome).length;
  return [...rows, "", `${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped`].join("\n");
}
