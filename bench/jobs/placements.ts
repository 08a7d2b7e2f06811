/**
 * placements: the same function on our SDK in every placement, each in a gateway of its own: 256 in flight over 10 000 ids, and one hot
 * entity. What the function itself costs is inside the gateway's figure where it is embedded.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { freePortsFrom } from "../../e2e/stack/child.ts";
import { endpointYaml, Functions } from "../../e2e/stack/functions.ts";
import { Gateway } from "../../e2e/stack/gateway.ts";
import { until } from "../../e2e/stack/until.ts";
import { repositoryRoot } from "../../tools/stale-step.ts";
import type { Figures, Job, Sample } from "../job.ts";
import { streamLoad } from "../load/stream-load.ts";
import { firstPort, measured } from "../system.ts";
import { functionTypes, hotIds, ids, inFlightBatches, inFlightFull, randomIds } from "../workload.ts";

const doneMsMax = 300_000;
const functions = "bench/*";
const script = "bench/placed-process.ts";

interface Placement {
  readonly name: string;
  /** The settings for the function's process; undefined when the gateway starts it, or it is no process. */
  readonly wire: Record<string, string> | undefined;
  yaml(served: { port: number; socketPath: string }): string;
}

const placements: readonly Placement[] = [
  { name: "http", wire: { WIRE: "http" }, yaml: ({ port }) => endpointYaml(functions, `http://127.0.0.1:${port}/statefun`) },
  { name: "unix", wire: { WIRE: "http" }, yaml: ({ socketPath }) => endpointYaml(functions, `http+unix://${socketPath}/statefun`) },
  { name: "grpc-unary", wire: { WIRE: "grpc-unary" }, yaml: ({ port }) => endpointYaml(functions, `grpc://127.0.0.1:${port}`) },
  { name: "grpc-stream", wire: { WIRE: "grpc" }, yaml: ({ port }) => endpointYaml(functions, `grpc://127.0.0.1:${port}`) },
  {
    name: "process",
    wire: undefined,
    yaml: () => local("process", `command: ${JSON.stringify([process.execPath, join(repositoryRoot, script)])}`),
  },
  { name: "embedded", wire: undefined, yaml: () => local("embedded", "source: { type: file, file: bench/placed-counter.ts }") },
  {
    name: "isolated",
    wire: undefined,
    yaml: () => local("embedded", "isolation: isolated\n  source: { type: file, file: bench/placed-counter.ts }"),
  },
];

function local(kind: string, spec: string): string {
  return `kind: io.signalbox.endpoints.v1/${kind}\nspec:\n  functions: ${functions}\n  ${spec}\n`;
}

export const placementsJob: Job = {
  name: "placements",
  what: "add over the stream in every placement, 10 000 ids and one",
  async run(settings) {
    const samples: Sample[] = [];
    for (const placement of placements) samples.push(...(await inPlacement(placement, settings)));
    return samples;
  },
};

async function inPlacement(
  { name, wire, yaml }: Placement,
  { folder, seconds, warmUpSeconds }: { folder: string; seconds: number; warmUpSeconds: number },
): Promise<Sample[]> {
  const dataDir = mkdtempSync(join(folder, "signalbox-bench-"));
  const socketPath = join(dataDir, "f.sock");
  const [http = 0, grpc = 0, port = 0] = await freePortsFrom(firstPort, 3);
  const env = name === "unix" ? { ...wire, SOCKET: socketPath } : wire;
  const served = wire === undefined ? undefined : await Functions.notStarted(script, { port, env: env ?? {} });
  try {
    await served?.start();
    await using gateway = await Gateway.start({ SIGNALBOX_LOG_LEVEL: "error" }, { ports: { http, grpc }, dataDir: join(dataDir, "data") });
    await gateway.api.applyModule("bench", yaml({ port, socketPath }));
    const add = (inFlight: number, many: number, lasts: number): Promise<Figures> => measure(gateway, served, { inFlight, many, lasts });
    await add(inFlightFull, ids, warmUpSeconds);
    const spread = await add(inFlightFull, ids, seconds);
    return [
      { line: `placements:${name}`, inFlight: inFlightFull, figures: spread },
      { line: `placements:${name}:hot`, inFlight: inFlightBatches, figures: await add(inFlightBatches, hotIds, seconds) },
    ];
  } finally {
    await served?.[Symbol.asyncDispose]();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function measure(
  gateway: Gateway,
  served: Functions | undefined,
  { inFlight, many, lasts }: { inFlight: number; many: number; lasts: number },
): Promise<Figures> {
  let sent = 0;
  return measured(
    { gateway: gateway.pid, functions: served?.pid },
    {
      load: async () => {
        const nextId = randomIds(many, "placements");
        const load = await streamLoad(`127.0.0.1:${gateway.grpcPort}`, { inFlight, seconds: lasts, type: functionTypes.counter, nextId });
        sent = load.sent;
        return load;
      },
      hops: 1,
      // The engine reports when nothing waits and nothing is under way.
      handled: () => Promise.resolve(0),
      untilHandled: async () => {
        const idle = async (): Promise<boolean> => {
          const { waiting, inFlight: running, parked } = await gateway.api.summary();
          if (parked > 0) throw new Error(`${parked} entities are parked after ${sent} messages`);
          return waiting === 0 && running === 0;
        };
        await until(idle, { what: "all messages to be handled", timeoutMs: doneMsMax, everyMs: 10 });
      },
    },
  );
}
