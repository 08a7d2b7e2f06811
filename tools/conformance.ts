/**
 * `npm run conformance -- --url <url>`: runs the wire cases against any function server that has the probe of docs/write-an-sdk.md and
 * prints a table. URLs: http, https, http+unix and grpc, as a module's endpoint names them. Exit code 1 when a case fails. `npm run
 * conformance -- --official [--write]`: the official SDKs on the embedded engine and on Flink, as a table; --write puts it into
 * docs/write-an-sdk.md.
 */
import { officialTable, runOfficialTests, writeOfficialTable } from "../e2e/conformance/official-table.ts";
import { runWireCases, wireTable } from "../e2e/conformance/wire-report.ts";
import { toldOptions } from "./told-options.ts";

const { values } = toldOptions({
  command: "npm run conformance",
  about: "The wire cases against a function server, or the official SDKs.",
  options: {
    url: { type: "string" },
    official: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
  says: {
    url: "of the server, as a module names it",
    official: "the official SDKs on the embedded engine and on Flink, as a table",
    write: "with --official: the table goes into docs/write-an-sdk.md",
  },
});

async function wire(url: string): Promise<boolean> {
  const results = await runWireCases(url);
  console.log(wireTable(results));
  return results.every(({ outcome }) => outcome !== "failed");
}

function official(): boolean {
  const tests = runOfficialTests();
  const table = officialTable(tests);
  console.log(table);
  if (values.write) writeOfficialTable(table);
  return tests.length > 0 && tests.every(({ status }) => status !== "failed");
}

if (values.url === undefined && !values.official) {
  console.error("npm run conformance -- --url http://127.0.0.1:8000/statefun (or http+unix:///path.sock, grpc://host:port), or --official");
  process.exit(2);
}
const isGood = values.url === undefined ? official() : await wire(values.url);
process.exitCode = isGood ? 0 : 1;
