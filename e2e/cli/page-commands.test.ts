/** The command that each page of the console offers for copying: a shell takes it apart as it was meant, and the command line does it. */
import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli } from "../../apps/cli/test/run-cli.ts";
import { cliCommand } from "../../apps/console/shell/cli-command.ts";
import { Functions, endpointYaml } from "../stack/functions.ts";
import { Gateway } from "../stack/gateway.ts";
import { until } from "../stack/until.ts";

const egress = "---\nkind: io.signalbox.v1/egress\nspec:\n  id: example/greetings\n";
const odd = "it's /odd$(id)`id` \"ä";
let gateway: Gateway;
let functions: Functions;
let savepoint: string;
let trace: number;

beforeAll(async () => {
  functions = await Functions.start("examples/greeter-javascript/functions.js");
  gateway = await Gateway.start();
  const { api } = gateway;
  await api.applyModule("example", endpointYaml("example/*", functions.url, egress));
  for (const id of ["ada", odd]) ({ traceId: trace } = await api.send({ type: "example/person", id }, "hello"));
  await until(async () => (await api.state({ type: "example/person", id: odd }, "visits")) === 1, { what: "the visits" });
  savepoint = (await api.takeSavepoint()).id;
});
afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await functions?.[Symbol.asyncDispose]();
});

/** Splits the command into words as a shell does. */
function wordsOf(command: string): string[] {
  const words = execFileSync("sh", ["-c", `for word in ${command}; do printf '%s\\0' "$word"; done`])
    .toString()
    .split("\0");
  expect(words.shift()).toBe("signalbox");
  return words.slice(0, -1);
}

function commandOf(path: string, query: Readonly<Record<string, string>> = {}): string[] {
  return wordsOf(cliCommand({ path, query: new URLSearchParams(query), url: gateway.url }));
}

const filter = `type == "example/person" && id != "it's"`;
const pages = (): readonly (readonly [path: string, query?: Readonly<Record<string, string>>])[] => [
  ["/"],
  ["/flow"],
  ["/flow/breakpoints"],
  ["/flow/egress/example/greetings"],
  ["/flow/ingress/http"],
  ["/traces", { filter: `type == "example/person"` }],
  ["/traces", { trace: String(trace) }],
  [`/traces/${trace}`],
  ["/entities"],
  ["/entities", { type: "example/person", prefix: "it's", filter: "state.visits > 0" }],
  ["/entities/example/person/ada"],
  ["/entities/example/person/ada", { tab: "history" }],
  ["/entities/example/person/ada", { at: new Date().toISOString() }],
  ["/failures", { filter: "parked > 1" }],
  ["/failures/invariants"],
  ["/sql"],
  ["/functions", { view: "limits" }],
  ["/functions", { view: "endpoints" }],
  ["/functions/register"],
  ["/functions/write"],
  ["/modules"],
  ["/modules/example"],
  ["/connectors"],
  ["/savepoints", { id: savepoint }],
  ["/savepoints/bootstrap"],
  ["/savepoints/compare", { from: savepoint, etype: "example/person", entity: "ada" }],
  ["/savepoints/compare", { from: savepoint, type: "example/person" }],
  ["/send", { type: "example/person", id: odd, as: "io.statefun.types/string", body: `"it's"` }],
  ["/people", { tab: "tokens" }],
  ["/audit", { q: "it's", outcome: "done" }],
];

test("of each page does what the page shows", async () => {
  const done: unknown[] = [];
  for (const [path, query] of pages()) {
    const words = commandOf(path, query);
    const { code, err } = await runCli(words);
    done.push({ words: words.join(" "), code, err });
  }
  expect(done.filter((one) => (one as { code: number }).code !== 0)).toEqual([]);
});

test("of an entity names it whatever its id is, and leaves out the gateway that is found anyway", async () => {
  const path = "/entities/example/person/it~27s~20~2Fodd~24~28id~29~60id~60~20~22~C3~A4";
  expect((await runCli(commandOf(path))).out).toContain('"visits"');
  expect(cliCommand({ path: "/traces/7", query: new URLSearchParams(), url: "http://127.0.0.1:4280" })).toBe("signalbox trace 7");
  expect(cliCommand({ path: "/flow", query: new URLSearchParams({ filter }), url: "https://x.example/sb" })).toBe(
    String.raw`signalbox tail 'type == "example/person" && id != "it'\''s"' --url https://x.example/sb`,
  );
});
