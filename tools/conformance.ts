/**
 * `npm run conformance -- --url <url>`: runs the wire cases against any function server that has the probe of docs/write-an-sdk.md and
 * prints a table. URLs: http, https, http+unix and grpc, as a module's endpoint names them. Exit code 1 when a case fails.
 */
import { parseArgs } from "node:util";
import { runWireCases, wireTable } from "../e2e/conformance/wire-report.ts";

const { values } = parseArgs({ options: { url: { type: "string" } } });
if (values.url === undefined) {
  console.error("npm run conformance -- --url http://127.0.0.1:8000/statefun (or http+unix:///path.sock, grpc://host:port)");
  process.exit(2);
}
const results = await runWireCases(values.url);
console.log(wireTable(results));
process.exitCode = results.some(({ outcome }) => outcome === "failed") ? 1 : 0;
