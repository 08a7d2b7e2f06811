/**
 * `npm run bench [-- --seconds 5 --json file]`: one run on one machine. First the bar (a bare echo of the same bytes), then the whole
 * system, durable, with real processes: gateway, functions and this load generator share the cores. Prints a table and writes JSON.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { Functions, endpointYaml } from "../e2e/stack/functions.ts";
import { Gateway } from "../e2e/stack/gateway.ts";
import { until } from "../e2e/stack/until.ts";
import { bareEcho } from "./bare-echo.ts";
import { httpLoad, wrkIsInstalled } from "./http-load.ts";
import { type Load, type Measurement, table } from "./measurement.ts";
import { cpuMicroseconds, residentMegabytes } from "./process-usage.ts";
import { streamLoad } from "./stream-load.ts";

const { values } = parseArgs({
  options: { seconds: { type: "string", default: "5" }, json: { type: "string", default: "test-results/bench.json" } },
});
const seconds = Number(values.seconds);
const inFlights = [1, 32, 256];
const rows: Measurement[] = [];

interface Processes {
  readonly gateway: { readonly pid: number | undefined } | undefined;
  readonly functions: Functions;
}

/** Runs a load and waits until the functions have handled `hops` times what was sent; the rate is over that whole time. */
async function measure(
  name: string,
  processes: Processes,
  work: { inFlight: number; hops: number; load: () => Promise<Load> },
): Promise<void> {
  const { gateway, functions } = processes;
  const gatewayBefore = cpuMicroseconds(gateway?.pid);
  const functionBefore = cpuMicroseconds(functions.pid);
  const handledBefore = gateway === undefined ? 0 : await handled(functions);
  const startedMs = performance.now();
  const load = await work.load();
  const messages = load.sent * work.hops;
  if (gateway !== undefined) {
    const what = `the functions to handle ${messages} messages`;
    await until(async () => (await handled(functions)) - handledBefore >= messages, { what, timeoutMs: 120_000, everyMs: 5 });
  }
  const elapsedSeconds = (performance.now() - startedMs) / 1000;
  const perMessage = (before: number | undefined, after: number | undefined): number | undefined =>
    before === undefined || after === undefined || messages === 0 ? undefined : (after - before) / messages;
  rows.push({
    name,
    inFlight: work.inFlight,
    messages,
    messagesPerSecond: messages / elapsedSeconds,
    p50Ms: load.p50Ms,
    p99Ms: load.p99Ms,
    gatewayCpuMicroseconds: perMessage(gatewayBefore, cpuMicroseconds(gateway?.pid)),
    functionCpuMicroseconds: perMessage(functionBefore, cpuMicroseconds(functions.pid)),
  });
  console.error(`${name}, ${work.inFlight} in flight: ${Math.round(messages / elapsedSeconds)} messages/s`);
}

async function handled(functions: Functions): Promise<number> {
  const response = await fetch(functions.url);
  return ((await response.json()) as { messages: number }).messages;
}

async function benchBareEcho(): Promise<void> {
  await using functions = await Functions.start("bench/echo-process.ts");
  for (const inFlight of inFlights) {
    const load = (): Promise<Load> => bareEcho(`http://127.0.0.1:${functions.port}`, { inFlight, seconds });
    await measure("bare echo", { gateway: undefined, functions }, { inFlight, hops: 1, load });
  }
}

async function benchGateway(): Promise<Record<string, unknown>> {
  await using functions = await Functions.start("bench/function-process.ts");
  await using gateway = await Gateway.start();
  await gateway.api.applyModule("bench", endpointYaml("bench/*", functions.url));
  const idle = residentMegabytes(gateway.pid);
  const processes = { gateway, functions };
  const address = `127.0.0.1:${gateway.grpcPort}`;
  const many = (message: number): string => `e${(message * 7919) % 10_000}`;
  const stream = (name: string, work: { inFlight: number; hops: number; type: string; id: (message: number) => string }): Promise<void> => {
    const producer = `${name} ${work.inFlight}`;
    const load = (): Promise<Load> => streamLoad(address, { ...work, seconds, producer });
    return measure(name, processes, { ...work, load });
  };
  if (wrkIsInstalled()) {
    for (const inFlight of inFlights) {
      await measure("over HTTP", processes, { inFlight, hops: 1, load: () => httpLoad(gateway.url, { inFlight, seconds }) });
    }
  } else console.error("wrk is not installed: the load over HTTP is left out");
  for (const inFlight of inFlights) await stream("over the stream", { inFlight, hops: 1, type: "bench/counter", id: many });
  await stream("one hot entity", { inFlight: 4096, hops: 1, type: "bench/counter", id: () => "hot" });
  await stream("chains A to B", { inFlight: 256, hops: 2, type: "bench/first", id: many });
  return { gatewayResidentMegabytesIdle: idle?.now, gatewayResidentMegabytesPeak: residentMegabytes(gateway.pid)?.peak };
}

await benchBareEcho();
const memory = await benchGateway();
console.log(
  `${cpus().length} × ${cpus()[0]?.model ?? "unknown CPU"}, Node ${process.versions.node}, ${seconds} s a row; durable; 32-byte values`,
);
console.log(table(rows));
console.log(
  `gateway memory: ${String(memory["gatewayResidentMegabytesIdle"])} MB idle, ${String(memory["gatewayResidentMegabytesPeak"])} MB at the peak`,
);
mkdirSync(dirname(values.json), { recursive: true });
writeFileSync(values.json, `${JSON.stringify({ seconds, node: process.versions.node, cpus: cpus().length, rows, memory }, null, 2)}\n`);
